package dev.sternway.adapter.mail;

import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.KeptSecret;
import dev.sternway.port.Letter;
import dev.sternway.port.Letter.Recipient;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;

/**
 * Mail as text and HTML, one thread for each incident and audience. A mail has the same Message-ID at every try, so that
 * most readers show a repeat once.
 */
@Component
@EnableConfigurationProperties(MailSettings.class)
class MailChannel implements MessageChannel {
    private final MailSettings settings;
    private final KeptSecret password;

    MailChannel(MailSettings settings, Secrets secrets) {
        this.settings = settings;
        this.password = new KeptSecret("sternway.notifications.mail.password", settings.password(), secrets);
    }

    @Override
    public Kind kind() {
        return Kind.MAIL;
    }

    @Override
    public Optional<String> missing() {
        if (settings.host().isBlank()) {
            return Optional.of("sternway.notifications.mail.host is empty");
        }
        if (settings.from().isBlank()) {
            return Optional.of("sternway.notifications.mail.from is empty");
        }
        return !settings.user().isBlank() && !password.isGiven()
                ? Optional.of("sternway.notifications.mail.password is empty")
                : Optional.empty();
    }

    @Override
    public Optional<String> problem() {
        return settings.user().isBlank() ? Optional.empty() : password.missing();
    }

    @Override
    public Receipt deliver(Letter letter) {
        if (letter.to().isEmpty()) {
            throw NotDelivered.yet("nobody of those who are meant has a mail address any more");
        }
        String secret = settings.user().isBlank() ? "" : password.read();
        JavaMailSenderImpl sender = sender(secret);
        try {
            Mail mail = write(sender, letter);
            sender.send(mail);
            return new Receipt(mail.id, "accepted by " + settings.host() + " for " + names(letter.to()));
        } catch (MailSendException e) {
            return partlySent(e, letter).orElseThrow(() -> notDelivered(e, secret));
        } catch (MailException | MessagingException | UnsupportedEncodingException e) {
            throw notDelivered(e, secret);
        }
    }

    /** To try again would send it to the good addresses again and again, and keep everything behind it waiting. */
    private Optional<Receipt> partlySent(MailSendException failure, Letter letter) {
        return Arrays.stream(failure.getMessageExceptions())
                .filter(SendFailedException.class::isInstance)
                .map(SendFailedException.class::cast)
                .filter(each -> each.getValidSentAddresses() != null && each.getValidSentAddresses().length > 0)
                .findFirst()
                .map(each -> new Receipt(
                        "<" + letter.id() + "@" + domain() + ">",
                        "accepted by " + settings.host() + " for " + joined(each.getValidSentAddresses())
                                + ", refused for "
                                + Stream.of(each.getInvalidAddresses(), each.getValidUnsentAddresses())
                                        .filter(Objects::nonNull)
                                        .map(MailChannel::joined)
                                        .filter(some -> !some.isEmpty())
                                        .collect(Collectors.joining(", "))));
    }

    private static String joined(Address[] addresses) {
        return Arrays.stream(addresses)
                .map(each -> each instanceof InternetAddress mail ? mail.getAddress() : each.toString())
                .collect(Collectors.joining(", "));
    }

    private JavaMailSenderImpl sender(String secret) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost(settings.host());
        sender.setPort(settings.port());
        sender.setDefaultEncoding(StandardCharsets.UTF_8.name());
        boolean tls = settings.security() == MailSettings.Security.TLS;
        boolean startTls = settings.security() == MailSettings.Security.STARTTLS;
        sender.setProtocol(tls ? "smtps" : "smtp");
        String prefix = "mail." + sender.getProtocol() + ".";
        Properties properties = sender.getJavaMailProperties();
        String within = Long.toString(settings.within().toMillis());
        properties.put(prefix + "connectiontimeout", within);
        properties.put(prefix + "timeout", within);
        properties.put(prefix + "writetimeout", within);
        properties.put(prefix + "starttls.enable", Boolean.toString(startTls));
        properties.put(prefix + "starttls.required", Boolean.toString(startTls));
        properties.put(prefix + "ssl.checkserveridentity", "true");
        // One wrong address among several must not keep the mail from the others.
        properties.put(prefix + "sendpartial", "true");
        if (!settings.user().isBlank()) {
            sender.setUsername(settings.user());
            sender.setPassword(secret);
            properties.put(prefix + "auth", "true");
        }
        return sender;
    }

    private Mail write(JavaMailSenderImpl sender, Letter letter)
            throws MessagingException, UnsupportedEncodingException {
        Mail mail = new Mail(sender, "<" + letter.id() + "@" + domain() + ">");
        MimeMessageHelper helper = new MimeMessageHelper(mail, true, StandardCharsets.UTF_8.name());
        helper.setFrom(new InternetAddress(settings.from(), "Sternway", StandardCharsets.UTF_8.name()));
        for (Recipient recipient : letter.to()) {
            helper.addTo(new InternetAddress(recipient.mail(), recipient.name(), StandardCharsets.UTF_8.name()));
        }
        helper.setSubject(letter.subject().replaceAll("[\\r\\n]+", " "));
        helper.setText(letter.text(), Html.of(letter.text()));
        helper.setSentDate(Date.from(letter.toldAt()));
        if (letter.thread() != null) {
            mail.setHeader("In-Reply-To", letter.thread());
            mail.setHeader("References", letter.thread());
        }
        // No holiday notes in answer.
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setHeader("X-Sternway-Incident", letter.incidentId());
        return mail;
    }

    private String domain() {
        String from = settings.from().replaceAll("[<>]", "");
        return from.substring(from.indexOf('@') + 1);
    }

    private NotDelivered notDelivered(Exception e, String secret) {
        String where = "mail server '" + settings.host() + ":" + settings.port() + "': ";
        if (e instanceof MailAuthenticationException) {
            return NotDelivered.yet(where + "does not take user and password");
        }
        Throwable cause = cause(e);
        String said = where + Posts.excerpt(cause.getMessage(), secret.isEmpty() ? List.of() : List.of(secret));
        return refusesAllForGood(e) ? NotDelivered.forGood(said) : NotDelivered.yet(said);
    }

    /** True when every address was refused by a 5xx answer. */
    private static boolean refusesAllForGood(Exception e) {
        if (!(e instanceof MailSendException several)) {
            return false;
        }
        for (Exception each : several.getMessageExceptions()) {
            if (!(each instanceof SendFailedException failed)
                    || failed.getValidSentAddresses() != null && failed.getValidSentAddresses().length > 0) {
                return false;
            }
            Exception next = failed.getNextException();
            if (next == null) {
                return false;
            }
            for (; next != null; next = next instanceof MessagingException more ? more.getNextException() : null) {
                if (next instanceof SMTPAddressFailedException address && address.getReturnCode() < 500) {
                    return false;
                }
                if (!(next instanceof SMTPAddressFailedException)) {
                    return false;
                }
            }
        }
        return several.getMessageExceptions().length > 0;
    }

    private static Throwable cause(Exception e) {
        if (e instanceof MailSendException several && several.getMessageExceptions().length > 0) {
            Exception first = several.getMessageExceptions()[0];
            return first instanceof MessagingException mail && mail.getNextException() != null
                    ? mail.getNextException()
                    : first;
        }
        return e.getCause() == null ? e : e.getCause();
    }

    private static String names(List<Recipient> to) {
        return String.join(", ", to.stream().map(Recipient::name).toList());
    }

    /** A message that keeps the Message-ID it was given. */
    private static final class Mail extends MimeMessage {
        private final String id;

        Mail(JavaMailSenderImpl sender, String id) {
            super(sender.getSession());
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
