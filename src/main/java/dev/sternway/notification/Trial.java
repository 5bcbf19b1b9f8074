package dev.sternway.notification;

import dev.sternway.port.Letter.Recipient;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.MessageChannel.Kind;
import dev.sternway.port.MessageChannel.Receipt;
import dev.sternway.port.NotDelivered;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Sends a test message over one channel or all that are set up, at once and without the outbox. */
@Component
public class Trial {

    /** How it went. */
    public record Tried(Kind channel, boolean delivered, String said) {}

    private final Channels channels;
    private final Contacts contacts;
    private final Letters letters;

    Trial(Channels channels, Contacts contacts, Letters letters) {
        this.channels = channels;
        this.contacts = contacts;
        this.letters = letters;
    }

    /** @param only null tries all that are set up */
    public List<Tried> run(Kind only) {
        return channels.all().stream()
                .filter(channel -> only == null
                        ? channel.kind() != Kind.MAINTENANCE
                                && channel.missing().isEmpty()
                        : channel.kind() == only)
                .map(this::test)
                .toList();
    }

    private Tried test(MessageChannel channel) {
        Optional<String> missing = channel.missing();
        if (missing.isPresent()) {
            return new Tried(channel.kind(), false, missing.get());
        }
        try {
            Receipt receipt = channel.test(letters.test(recipients(), Instant.now()));
            return new Tried(channel.kind(), true, receipt.response());
        } catch (NotDelivered e) {
            return new Tried(channel.kind(), false, e.getMessage());
        }
    }

    /** Whoever is on call, or else everybody who could be told. */
    private List<Recipient> recipients() {
        List<Recipient> onCall = contacts.mails(Audience.ON_CALL, Map.of());
        return onCall.isEmpty()
                ? contacts.all().stream()
                        .filter(contact ->
                                !contact.mail().isEmpty() && !contact.role().equals("customers"))
                        .map(contact -> new Recipient(contact.name(), contact.mail()))
                        .distinct()
                        .toList()
                : onCall;
    }
}
