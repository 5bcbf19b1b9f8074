package dev.sternway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.database.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Incidents that are open while Sternway is upgraded go on as they were decided and approved. */
class OpenIncidentsMigrationTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private JdbcClient database;

    @BeforeEach
    void upgraded() {
        database = DATABASE.jdbc();
        migrate("4");
        incident("INC-OPEN", "null");
        incident("INC-ENDED", "now()");
        approval("INC-OPEN", "ROLLBACK", "null");
        approval("INC-OPEN", "PHRASE", "null");
        approval("INC-OPEN", "ROLLBACK", "now()");
        approval("INC-ENDED", "ROLLBACK", "null");
        migrate("16");
        incident("INC-NEW", "null");
        approval("INC-NEW", "ROLLBACK", "null");
        migrate("latest");
    }

    @Test
    void nothingIsWorseAndABegunLevelIsCarriedToItsEnd() {
        assertThat(database.sql("select id from incident where decided_rank = 2147483647")
                        .query(String.class)
                        .list())
                .containsExactly("INC-OPEN");
        assertThat(database.sql("select incident_id || ' ' || kind || ' ' || (void_at is null) from approval"
                                + " where begun_at = decided_at")
                        .query(String.class)
                        .list())
                .containsExactly("INC-OPEN ROLLBACK true");
        assertThat(database.sql("select count(*) from approval where begun_at is not null")
                        .query(Long.class)
                        .single())
                .isOne();
    }

    private void incident(String id, String endedAt) {
        database.sql("insert into incident (id, system_id, title, state, ended_at) values (?, ?, 'bad', 'DECIDING', "
                        + endedAt + ")")
                .params(id, "system-of-" + id)
                .update();
    }

    private void approval(String incidentId, String kind, String voidAt) {
        database.sql("insert into approval (incident_id, plan_sha256, kind, user_id, expires_at, void_at)"
                        + " values (?, 'sha', ?, 'theo', now() + interval '15 minutes', " + voidAt + ")")
                .params(incidentId, kind)
                .update();
    }

    private static void migrate(String target) {
        Flyway.configure()
                .dataSource(DATABASE.url(), DATABASE.user(), DATABASE.password())
                .target(target)
                .load()
                .migrate();
    }
}
