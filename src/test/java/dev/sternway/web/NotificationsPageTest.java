package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The page shows what was told, what did not arrive, and who was told instead. */
class NotificationsPageTest extends WebTest {
    private static final String ID = "INC-2026-7001";

    @Autowired
    private JdbcClient database;

    private void message(String occasion, String channel, String state, String due, String error) {
        database.sql("""
                        with told as (
                            insert into notice (incident_id, system_id, occasion, subject, facts)
                            values (:id, 'shop', :occasion, '', '{}') returning id)
                        insert into outbox (notice_id, incident_id, channel, audience, act, dedup, lane, due_at, state,
                            attempts, delivered_at, delivery_id, response, last_error, escalated_to)
                        select id, :id, :channel, 'ON_CALL', case when :channel = 'MAINTENANCE' then 'OFF' else 'TELL' end,
                            :id, :channel, now() + cast(:due as interval), :state, 3,
                            case when :state = 'DELIVERED' then now() end,
                            case when :state = 'DELIVERED' then 'C1/17.5' end, case when :state = 'DELIVERED' then 'ok' end,
                            cast(:error as text), case when :state = 'WAITING' then 'next are tech-lead' end
                        from told
                        """)
                .param("id", ID)
                .param("occasion", occasion)
                .param("channel", channel)
                .param("state", state)
                .param("due", due)
                .param("error", error)
                .update();
    }

    @Test
    void thePageShowsWhatDidNotArriveAndWhoIsNext() {
        database.sql("insert into incident (id, system_id, title, state, ended_at)"
                        + " values (?, 'shop', 'Orders fail', 'CLOSED', now())")
                .param(ID)
                .update();
        String before = view(browserOf("vera"), "/incidents/" + ID).body();
        assertThat(before).contains("Nobody was told anything");

        message("CLOSED", "SLACK", "DELIVERED", "5 minutes", null);
        message("DECISION_MADE", "MAIL", "WAITING", "-5 minutes", "the server <b>is</b> away");
        message("MAINTENANCE_OFF", "MAINTENANCE", "WAITING", "-5 minutes", "answered 500");
        String page = view(browserOf("vera"), "/incidents/" + ID).body();

        assertThat(page)
                .contains("1 of 3 messages delivered", "C1/17.5")
                .contains("the server &lt;b&gt;is&lt;/b&gt; away", "next are tech-lead", "3 tries")
                .contains("The maintenance mode is not off yet.");
        assertThat(view(browserOf("vera"), "/").body()).contains("People may not be told");
    }
}
