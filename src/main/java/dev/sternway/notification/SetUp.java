package dev.sternway.notification;

import dev.sternway.port.MessageChannel;
import dev.sternway.port.MessageChannel.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says what of contacts, channels and texts is missing or broken: at start-up, in the status, on the pages (S2-01). */
@Component
public class SetUp {
    private static final Logger LOG = LoggerFactory.getLogger(SetUp.class);
    /** Whoever must be there; the others are better there. */
    private static final List<Audience> NEEDED = List.of(Audience.ON_CALL, Audience.DEPLOYMENT_LEAD);

    private static final List<Audience> WANTED = List.of(
            Audience.TECH_LEAD,
            Audience.INCIDENT_COMMANDER,
            Audience.CTO,
            Audience.OPERATIONS_MANAGER,
            Audience.EXECUTIVE,
            Audience.ENGINEERING,
            Audience.MANAGEMENT,
            Audience.SUPPORT,
            Audience.OWNERS);

    private final Contacts contacts;
    private final Channels channels;
    private final Templates templates;

    SetUp(Contacts contacts, Channels channels, Templates templates) {
        this.contacts = contacts;
        this.channels = channels;
        this.templates = templates;
    }

    @EventListener(ApplicationReadyEvent.class)
    public void name() {
        warnings().forEach(warning -> LOG.warn("notifications: {}", warning));
    }

    /** One sentence each, beginning with the key; empty when all is well. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (Audience needed : NEEDED) {
            if (contacts.of(needed, java.util.Map.of()).isEmpty()) {
                warnings.add("sternway.contacts: nobody has the role '" + needed.role() + "'");
            }
        }
        for (int i = 0; i < contacts.all().size(); i++) {
            contact("sternway.contacts[" + i + "]", contacts.all().get(i), warnings);
        }
        Set<String> roles = contacts.all().stream().map(Contact::role).collect(Collectors.toSet());
        Set<String> absent = WANTED.stream().map(Audience::role).collect(Collectors.toCollection(LinkedHashSet::new));
        absent.removeAll(roles);
        if (!absent.isEmpty()) {
            warnings.add(
                    "sternway.contacts: nobody has the roles " + String.join(", ", absent) + "; they are not told");
        }
        channels(warnings);
        if (contacts.link("").contains("127.0.0.1") || contacts.link("").startsWith("/")) {
            warnings.add("sternway.public-url: links in messages lead to this machine only");
        }
        warnings.addAll(templates.mistakes());
        return warnings;
    }

    private static void contact(String key, Contact contact, List<String> warnings) {
        List<String> empty = new ArrayList<>();
        if (contact.role().isEmpty()) {
            empty.add("role");
        }
        if (contact.name().isEmpty()) {
            empty.add("name");
        }
        boolean person = Arrays.asList("on-call", "deployment-lead").contains(contact.role());
        if (person && contact.phone().isEmpty()) {
            empty.add("phone");
        }
        if (contact.mail().isEmpty()) {
            empty.add("mail");
        }
        if (!empty.isEmpty()) {
            warnings.add(key + " ('" + contact.role() + "'): " + String.join(", ", empty)
                    + (empty.size() == 1 ? " is" : " are") + " empty");
        }
    }

    private void channels(List<String> warnings) {
        List<String> unused = new ArrayList<>();
        for (MessageChannel channel : channels.all()) {
            if (channel.missing().isPresent()) {
                unused.add(channel.missing().get());
            } else {
                channel.problem().ifPresent(problem -> warnings.add(problem + ": " + channel.kind() + " cannot work"));
            }
        }
        boolean people = channels.all().stream()
                .filter(channel -> channel.kind() != Kind.MAINTENANCE && channel.kind() != Kind.WEBHOOK)
                .anyMatch(channel -> channel.missing().isEmpty());
        if (!people) {
            warnings.add("sternway.notifications: no channel is set up, nobody is told anything");
        }
        warnings.addAll(unused);
    }
}
