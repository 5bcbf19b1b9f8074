package dev.sternway.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.port.MessageChannel.Kind;
import java.io.UncheckedIOException;
import java.util.List;
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
    /** Told when something is in the outbox, so that nobody has to wait for the next look. */
    record Told(long id, String incidentId, String systemId, Occasion occasion, String subject) {}

    private static final int LONGEST_FACT = 4_000;
    private static final int LONGEST_KEY = 255;

    private final JdbcClient database;
    private final Outbox outbox;
    private final Channels channels;
    private final Contacts contacts;
    private final NotificationSettings settings;
    private final ApplicationEventPublisher events;
    private final JsonMapper json = JsonMapper.builder().build();

    Notices(
            JdbcClient database,
            Outbox outbox,
            Channels channels,
            Contacts contacts,
            NotificationSettings settings,
            ApplicationEventPublisher events) {
        this.database = database;
        this.outbox = outbox;
        this.channels = channels;
        this.contacts = contacts;
        this.settings = settings;
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
        Optional<Told> told = database.sql("""
                        insert into notice (incident_id, system_id, occasion, subject, facts)
                        select :incident, (select system_id from incident where id = :incident), :occasion,
                            :subject || case when :perRound and rounds > 0 then '#' || rounds else '' end,
                            cast(:facts as jsonb)
                        from (select count(*) as rounds from notice
                              where incident_id = :incident and occasion = 'RELAPSED') as relapses
                        on conflict (incident_id, occasion, subject) do nothing
                        returning id, system_id
                        """)
                .param("incident", incidentId)
                .param("occasion", occasion.name())
                .param("subject", subject)
                .param("perRound", occasion.perRound())
                .param("facts", write(facts))
                .query((row, number) ->
                        new Told(row.getLong("id"), incidentId, row.getString("system_id"), occasion, subject))
                .optional();
        told.ifPresent(notice -> {
            put(notice, facts);
            events.publishEvent(notice);
        });
        return told.isPresent();
    }

    /** What was told of an occasion, the oldest first: the facts of each. */
    public List<Map<String, String>> told(String incidentId, Occasion occasion) {
        return database
                .sql("select facts from notice where incident_id = ? and occasion = ? order by id")
                .params(incidentId, occasion.name())
                .query(String.class)
                .list()
                .stream()
                .map(outbox::facts)
                .toList();
    }

    private void put(Told notice, Map<String, String> facts) {
        for (Route route : Routes.of(notice.occasion(), facts)) {
            Route used = route;
            if (route.channel() == Kind.MAIL
                    && contacts.mails(route.audience(), facts).isEmpty()) {
                if (route.audience() != Audience.ASKED) {
                    continue;
                }
                // Nobody of those who are asked has an address: somebody must hear of it.
                used = Route.mail(Audience.ON_CALL, route.deadline());
            }
            boolean reaches = channels.serves(used.channel(), notice.systemId())
                    && (used.channel() != Kind.MAIL
                            || !contacts.mails(used.audience(), facts).isEmpty());
            if (reaches) {
                outbox.add(notice.id(), notice.incidentId(), used, dedup(notice, used), settings.of(used.deadline()));
            }
        }
        switch (notice.occasion()) {
            case PERSON_DONE ->
                outbox.resolveCalls(notice.id(), notice.incidentId(), notice.subject(), settings.of(Deadline.END));
            case CLOSED, RESOLVED_BY_ITSELF ->
                outbox.resolveCalls(notice.id(), notice.incidentId(), null, settings.of(Deadline.END));
            default -> {
                // calls stay
            }
        }
    }

    /** One thread and one call for an incident; a call for a task by itself, a page for as long as it is not resolved. */
    private String dedup(Told notice, Route route) {
        String incident = notice.incidentId();
        String key = switch (route.channel()) {
            case STATUSPAGE -> outbox.pageKey(incident);
            case PAGERDUTY ->
                switch (notice.occasion()) {
                    case DECISION_MADE, RELAPSED -> incident;
                    default -> incident + "/" + notice.occasion().word() + "/" + notice.subject();
                };
            default -> incident;
        };
        return key.length() <= LONGEST_KEY
                ? key
                : key.substring(0, LONGEST_KEY - 9) + "-" + Integer.toHexString(key.hashCode());
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
