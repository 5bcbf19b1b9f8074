package dev.sternway.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseCheckTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    @Test
    void takesPostgresql14AndNewer() {
        assertThatCode(() -> DatabaseCheck.requireVersion("PostgreSQL", 14)).doesNotThrowAnyException();
        assertThatThrownBy(() -> DatabaseCheck.requireVersion("PostgreSQL", 13))
                .isInstanceOf(Refusal.class)
                .hasMessage("database is 'PostgreSQL 13', Sternway needs PostgreSQL 14 or newer");
        assertThatThrownBy(() -> DatabaseCheck.requireVersion("H2", 15)).isInstanceOf(Refusal.class);
    }

    @Test
    void refusesAClockTooFarAwayInEitherDirection() {
        Duration maximum = Duration.ofSeconds(2);
        assertThatCode(() -> DatabaseCheck.requireSameClock(Duration.ofMillis(-1999), maximum))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> DatabaseCheck.requireSameClock(Duration.ofMillis(2001), maximum))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("'2001 ms'");
        assertThatThrownBy(() -> DatabaseCheck.requireSameClock(Duration.ofMillis(-2001), maximum))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void passesARealServerOnThisMachine() {
        assertThatCode(() -> DatabaseCheck.check(DATABASE.dataSource(), DATABASE.address(), Duration.ofSeconds(2)))
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheAddressThatDoesNotAnswer() {
        DatabaseAddress nobody = new DatabaseAddress("jdbc:postgresql://127.0.0.1:1/none", "a", "secret");
        try (var pool = nobody.pool("nobody", 1)) {
            pool.setConnectionTimeout(300);
            assertThatThrownBy(() -> DatabaseCheck.check(pool, nobody, Duration.ofSeconds(2)))
                    .isInstanceOf(OutsideException.class)
                    .hasMessageContaining("'jdbc:postgresql://127.0.0.1:1/none'")
                    .hasMessageNotContaining("secret");
        }
    }
}
