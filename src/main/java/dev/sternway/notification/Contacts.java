package dev.sternway.notification;

import dev.sternway.port.Letter.Recipient;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Finds the people of an audience. */
@Component
@EnableConfigurationProperties({ContactSettings.class, NotificationSettings.class})
public class Contacts {
    private final ContactSettings settings;

    Contacts(ContactSettings settings) {
        this.settings = settings;
    }

    /** All contacts as they were configured. */
    public List<Contact> all() {
        return settings.contacts();
    }

    public List<Support> externalSupport() {
        return settings.externalSupport();
    }

    List<Contact> of(Audience audience, Map<String, String> facts) {
        if (audience != Audience.ASKED) {
            return of(Set.of(audience.role())).toList();
        }
        Set<String> groups = Arrays.stream(facts.getOrDefault("groups", "").split(","))
                .map(String::strip)
                .collect(Collectors.toSet());
        return of(groups).toList();
    }

    private Stream<Contact> of(Set<String> roles) {
        return settings.contacts().stream().filter(contact -> roles.contains(contact.role()));
    }

    /** Those of them that mail reaches, each address once. */
    List<Recipient> mails(Audience audience, Map<String, String> facts) {
        return of(audience, facts).stream()
                .filter(contact -> !contact.mail().isEmpty())
                .map(contact -> new Recipient(contact.name(), contact.mail()))
                .distinct()
                .toList();
    }

    /** The address of an incident's page. */
    String link(String incidentId) {
        return settings.publicUrl().replaceAll("/+$", "") + "/incidents/" + incidentId;
    }
}
