package dev.sternway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.database.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Alerts that an earlier version stored are there after the tables have changed. */
class AlertMigrationTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    @Test
    void bringsAlertsOfTheFirstVersionOver() {
        migrate("4");
        JdbcClient database = DATABASE.jdbc();
        database.sql("insert into incident (id, system_id, title, state) values ('INC-1', 'shop', 'bad', 'MONITORING')")
                .update();
        for (String key : new String[] {"f1/t1/firing", "f2/t1/firing", "f1/t1/resolved"}) {
            String status = key.endsWith("firing") ? "FIRING" : "RESOLVED";
            database.sql("""
                            insert into alert (source, key, status, state, system_id, incident_id, alert, body)
                            values ('alertmanager', :key, :status, 'JOINED', 'shop', 'INC-1', cast(:alert as jsonb), :body)
                            """)
                    .param("key", key)
                    .param("status", status)
                    .param(
                            "alert",
                            "{\"source\": \"alertmanager\", \"key\": \"" + key + "\", \"status\": \"" + status
                                    + "\", \"title\": \"bad\", \"startsAt\": \"2026-11-20T03:12:45Z\","
                                    + " \"labels\": {\"system\": \"shop\"}, \"annotations\": {}}")
                    .param("body", "{\"both\": true}".getBytes())
                    .update();
        }

        migrate("latest");

        assertThat(database.sql("select count(*) from alert_message join alert on message_id = alert_message.id"
                                + " where convert_from(alert_message.body, 'UTF8') = '{\"both\": true}'")
                        .query(Long.class)
                        .single())
                .isEqualTo(3);
        assertThat(database.sql("select count(*) from alert_message")
                        .query(Long.class)
                        .single())
                .isOne();
        assertThat(database.sql("select distinct series from alert order by series")
                        .query(String.class)
                        .list())
                .containsExactly("f1/t1", "f2/t1");
        IncidentAlerts.Count count = new IncidentAlerts(database).count("INC-1");
        assertThat(count.firing()).isEqualTo(2);
        assertThat(count.still()).isOne();
        assertThat(new IncidentAlerts(database).firing("INC-1"))
                .singleElement()
                .satisfies(each -> assertThat(each.alert().series()).isEqualTo("f2/t1"));
    }

    private static void migrate(String target) {
        Flyway.configure()
                .dataSource(DATABASE.url(), DATABASE.user(), DATABASE.password())
                .target(target)
                .load()
                .migrate();
    }
}
