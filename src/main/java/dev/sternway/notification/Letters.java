package dev.sternway.notification;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.port.Letter;
import dev.sternway.port.Letter.Recipient;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Writes the letter of a message at the moment it is sent. */
@Component
class Letters {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final Outbox outbox;
    private final Contacts contacts;
    private final Templates templates;
    private final Catalogue catalogue;

    Letters(Outbox outbox, Contacts contacts, Templates templates, Catalogue catalogue) {
        this.outbox = outbox;
        this.contacts = contacts;
        this.templates = templates;
        this.catalogue = catalogue;
    }

    Letter write(Outbox.Item item) {
        String severity = outbox.severity(item.incidentId()).orElse(null);
        String link = contacts.link(item.incidentId());
        String system = item.systemId() == null ? "" : title(item.systemId());
        Map<String, Object> values = new HashMap<>();
        values.put("incident", item.incidentId());
        values.put("system", system);
        values.put("title", outbox.title(item.incidentId()));
        values.put("severity", severity);
        values.put("link", link);
        values.put("at", TIME.format(item.toldAt()));
        values.put("facts", facts(item));
        values.put("phones", phones(item));
        Templates.Rendered text =
                templates.render(item.occasion(), item.audience().outside(), values);
        return new Letter(
                item.incidentId() + "." + item.id(),
                item.incidentId(),
                item.systemId(),
                item.occasion().word(),
                item.act(),
                item.dedup(),
                severity,
                text.subject(),
                text.text(),
                text.subject().startsWith(item.incidentId())
                        ? text.subject()
                        : item.incidentId() + ": " + text.subject(),
                link,
                to(item),
                outbox.thread(item).orElse(null),
                item.repeated(),
                item.facts(),
                item.toldAt());
    }

    /** A letter that shows whether a channel works. */
    Letter test(List<Recipient> to, Instant now) {
        return new Letter(
                "test." + now.toEpochMilli(),
                "TEST",
                null,
                "test",
                Letter.Act.TELL,
                "sternway-test-" + now.toEpochMilli(),
                "MINOR",
                "Test message",
                "This is a test of Sternway's notifications. Nothing happened, nothing is to be done.",
                "Test message",
                contacts.link("").replaceAll("incidents/$", ""),
                to,
                null,
                false,
                Map.of(),
                now);
    }

    private List<Recipient> to(Outbox.Item item) {
        return contacts.mails(item.audience(), item.facts());
    }

    /** Times as people read them at night. */
    private static Map<String, String> facts(Outbox.Item item) {
        Map<String, String> shown = new HashMap<>(item.facts());
        String due = shown.get("dueAt");
        if (due != null && !due.isEmpty()) {
            shown.put("until", TIME.format(Instant.parse(due)));
        }
        return shown;
    }

    /** Whom to phone when messages do not arrive. */
    private String phones(Outbox.Item item) {
        return contacts.of(Audience.ON_CALL, item.facts()).stream()
                .filter(contact -> !contact.phone().isEmpty())
                .map(contact -> contact.name() + " " + contact.phone())
                .collect(Collectors.joining(", "));
    }

    private String title(String systemId) {
        return catalogue.all().stream()
                .filter(system -> system.id().equals(systemId))
                .map(ManagedSystem::title)
                .findFirst()
                .orElse(systemId);
    }
}
