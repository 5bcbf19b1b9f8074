package dev.sternway.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Takes down what is to be told, in the transaction of whoever tells it; nothing is sent before that commits, and nothing
 * here waits for anybody outside.
 */
@Component
public class Notices {
    /** Told that something is in the outbox, so that nobody has to wait for the next look. */
    record Told() {}

    private static final int LONGEST_FACT = 4_000;

    private final JdbcClient database;
    private final ApplicationEventPublisher events;
    private final JsonMapper json = JsonMapper.builder().build();

    Notices(JdbcClient database, ApplicationEventPublisher events) {
        this.database = database;
        this.events = events;
    }

    /** As {@link #tell(String, Occasion, String, Map)}, about the incident as a whole. */
    public boolean tell(String incidentId, Occasion occasion, Map<String, String> facts) {
        return tell(incidentId, occasion, "", facts);
    }

    /**
     * Tells an occasion once.
     *
     * @param subject what of several it is about, a task's id for example; empty when there is only one
     * @param facts what the texts say; no secrets; nulls are left out
     * @return false when it was told before: then nothing happens
     */
    public boolean tell(String incidentId, Occasion occasion, String subject, Map<String, String> facts) {
        Optional<Long> id = database.sql("""
                        insert into notice (incident_id, system_id, occasion, subject, facts)
                        select :incident, (select system_id from incident where id = :incident), :occasion,
                            :subject || case when :perRound and rounds > 0 then '#' || rounds else '' end,
                            cast(:facts as jsonb)
                        from (select count(*) as rounds from notice
                              where incident_id = :incident and occasion = 'RELAPSED') as relapses
                        on conflict (incident_id, occasion, subject) do nothing
                        returning id
                        """)
                .param("incident", incidentId)
                .param("occasion", occasion.name())
                .param("subject", subject)
                .param("perRound", occasion.perRound())
                .param("facts", write(facts))
                .query(Long.class)
                .optional();
        id.ifPresent(each -> events.publishEvent(new Told()));
        return id.isPresent();
    }

    private String write(Map<String, String> facts) {
        Map<String, String> clean = new TreeMap<>();
        facts.forEach((name, value) -> {
            if (value != null) {
                clean.put(name, clean(value));
            }
        });
        try {
            return json.writeValueAsString(clean);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing that a terminal or a header would obey, and not endless. */
    private static String clean(String text) {
        String seen = text.replace("\r\n", "\n").replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}&&[^\\n]]", "");
        return seen.length() <= LONGEST_FACT ? seen : seen.substring(0, LONGEST_FACT) + "…";
    }
}
