package dev.sternway.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.sandbox.bench.Storm.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A storm has the shares that the benchmark claims. */
class StormTest {
    private static final List<String> SYSTEMS = List.of("one", "two", "three");
    private static final int SIZE = 10_000;

    private final Storm storm = Storm.of("test", SIZE, SYSTEMS, 42);

    @Test
    void hasTheWantedSizeAndAThirdNearlyOfRepeats() {
        assertThat(storm.messages()).hasSize(SIZE);
        assertThat(SIZE - storm.distinct()).isEqualTo(3_000);
    }

    @Test
    void saysOfATenthThatItIsResolvedBeforeItFires() {
        Map<String, Integer> firstFiring = new HashMap<>();
        int early = 0;
        int resolved = 0;
        for (int i = 0; i < storm.messages().size(); i++) {
            Message message = storm.messages().get(i);
            if (message.firing()) {
                firstFiring.putIfAbsent(message.series(), i);
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < storm.messages().size(); i++) {
            Message message = storm.messages().get(i);
            if (!message.firing() && seen.add(message.series())) {
                resolved++;
                early += firstFiring.get(message.series()) > i ? 1 : 0;
            }
        }
        assertThat(resolved).isEqualTo(1_000);
        // Some of the reordered ones come in their right order again.
        assertThat(early).isBetween(930, 1_000);
    }

    @Test
    void beginsWithOneFiringOfEachSystemThatStays() {
        List<Message> first = storm.messages().subList(0, SYSTEMS.size());

        assertThat(first).extracting(Message::system).containsExactlyInAnyOrderElementsOf(SYSTEMS);
        assertThat(first).allMatch(Message::firing).allMatch(Message::first);
        assertThat(storm.messages().subList(SYSTEMS.size(), SIZE)).noneMatch(Message::first);
        assertThat(storm.messages())
                .filteredOn(message -> !message.firing())
                .extracting(Message::series)
                .doesNotContainAnyElementsOf(first.stream().map(Message::series).toList());
    }

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        assertThat(Storm.of("test", SIZE, SYSTEMS, 42)).isEqualTo(storm);
        assertThat(Storm.of("test", SIZE, SYSTEMS, 43)).isNotEqualTo(storm);
    }

    @Test
    void sendsAtASteadyRate() {
        assertThat(Storm.due(500, 500)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Storm.due(SIZE - 1, 500)).isEqualTo(Duration.ofMillis(19_998));
    }
}
