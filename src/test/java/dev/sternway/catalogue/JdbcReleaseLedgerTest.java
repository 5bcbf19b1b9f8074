package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.database.TestDatabase;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DuplicateKeyException;

class JdbcReleaseLedgerTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private final ReleaseLedger ledger = new JdbcReleaseLedger(DATABASE.jdbc());

    @Test
    void givesBackWhatWasRecorded() throws IOException {
        Release release = release("shop@1.0#1", "shop");

        ledger.save(release);

        assertThat(ledger.find("shop@1.0#1")).contains(release);
        assertThat(ledger.find("shop@2.0#1")).isEmpty();
    }

    @Test
    void knowsTheLatestOfASystemByOrderNotByClock() throws IOException {
        ledger.save(release("cafe@1#1", "cafe"));
        ledger.save(release("cafe@2#2", "cafe"));
        ledger.save(release("bar@9#1", "bar"));

        assertThat(ledger.latest("cafe")).map(Release::id).contains("cafe@2#2");
        assertThat(ledger.list("cafe")).extracting(Release::id).containsExactly("cafe@2#2", "cafe@1#1");
        assertThat(ledger.latest("none")).isEmpty();
    }

    @Test
    void neverReplacesARelease() throws IOException {
        ledger.save(release("inn@1#1", "inn"));

        assertThatThrownBy(() -> ledger.save(release("inn@1#1", "inn"))).isInstanceOf(DuplicateKeyException.class);
    }

    private static Release release(String id, String systemId) throws IOException {
        return new Release(
                id,
                systemId,
                "1.0",
                Instant.parse("2026-11-20T10:00:00Z"),
                Map.of(
                        "api",
                        new RecordedService(
                                "sha256:1",
                                "shop-api:1.0",
                                null,
                                new ObjectMapper()
                                        .readTree("{\"Config\":{\"Env\":[\"A=b\"]},\"HostConfig\":{\"Memory\":1}}"))),
                Map.of("orders", "7"));
    }
}
