package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.database.TestDatabase;
import dev.sternway.plan.Approvals.Approval;
import dev.sternway.plan.Approvals.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DuplicateKeyException;

/** An approval is for one plan, holds until it expires by the database's clock, and is given once. */
class ApprovalsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private static final Duration QUARTER = Duration.ofMinutes(15);

    private final Approvals approvals = new Approvals(DATABASE.jdbc());

    @Test
    void isKeptWithItsPersonAndBound() {
        Approval given = approvals.give("INC-1", "plan", Kind.PHRASE, "carla", 120L, QUARTER);

        assertThat(given.userId()).isEqualTo("carla");
        assertThat(given.lossBound()).isEqualTo(120);
        assertThat(given.valid()).isTrue();
        assertThat(Duration.between(given.decidedAt(), given.expiresAt())).isEqualTo(QUARTER);
    }

    @Test
    void isForOnePlanOnly() {
        approvals.give("INC-2", "plan", Kind.PHRASE, "carla", 1L, QUARTER);

        assertThat(approvals.find("INC-2", "another plan", Kind.PHRASE)).isEmpty();
        assertThat(approvals.find("INC-3", "plan", Kind.PHRASE)).isEmpty();
    }

    @Test
    void isGivenOnceOfTwoPeopleAtOnce() {
        approvals.give("INC-4", "plan", Kind.SECOND, "theo", 1L, QUARTER);

        assertThatThrownBy(() -> approvals.give("INC-4", "plan", Kind.SECOND, "tina", 1L, QUARTER))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(approvals.find("INC-4", "plan", Kind.SECOND).orElseThrow().userId())
                .isEqualTo("theo");
    }

    @Test
    void expiresByTheStoredTimeAndMakesRoom() {
        approvals.give("INC-5", "plan", Kind.PHRASE, "carla", 1L, QUARTER);
        DATABASE.jdbc()
                .sql("update approval set expires_at = now() - interval '1 second' where incident_id = 'INC-5'")
                .update();

        assertThat(approvals.find("INC-5", "plan", Kind.PHRASE).orElseThrow().valid())
                .isFalse();

        approvals.give("INC-5", "plan", Kind.PHRASE, "cora", 2L, QUARTER);
        Approval again = approvals.find("INC-5", "plan", Kind.PHRASE).orElseThrow();
        assertThat(again.userId()).isEqualTo("cora");
        assertThat(again.valid()).isTrue();
    }

    @Test
    void isGoneWhenMadeVoid() {
        approvals.give("INC-6", "plan", Kind.PHRASE, "carla", 1L, QUARTER);

        approvals.makeVoid("INC-6", "plan", "the loss grew");

        assertThat(approvals.of("INC-6", "plan")).isEmpty();
    }
}
