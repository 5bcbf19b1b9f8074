package dev.sternway.alert.sender;

import dev.sternway.alert.PlainText;
import dev.sternway.alert.format.AlertFormat;
import dev.sternway.alert.format.Message;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.AmazonSns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Knows who may send alerts; of several ways to prove it that a format has, one suffices. */
@Component
@EnableConfigurationProperties(SenderSettings.class)
public class Senders {
    private static final String PREFIX = "sternway.alerts.senders.";
    private static final int LONGEST_OBJECTION = 500;

    /** How each product signs, where the configuration does not say otherwise. */
    private static final Map<String, SenderSettings.HmacSetting> USUAL = Map.of(
            "grafana", usual("", "", "X-Grafana-Alerting-Signature", "X-Grafana-Alert-Signature"),
            "pagerduty", usual("v1=", "", "X-PagerDuty-Signature"),
            "cloudevents", usual("sha256=", "X-Signature-Timestamp", "X-Signature-256"));

    private static final SenderSettings.HmacSetting OURS =
            usual("sha256=", "X-Sternway-Timestamp", "X-Sternway-Signature");

    private final SenderSettings settings;
    private final Secrets secrets = new Secrets(Path.of(""));
    private final Map<String, List<Proof>> proofs = new HashMap<>();

    Senders(SenderSettings settings, List<AlertFormat> formats, ObjectProvider<AmazonSns> sns) {
        this.settings = settings;
        List<String> names = formats.stream().map(AlertFormat::name).sorted().toList();
        settings.senders().forEach((format, sender) -> {
            if (!names.contains(format)) {
                throw new IllegalArgumentException(PREFIX + format + ": there is no such format; known are " + names);
            }
            proofs.put(format, proofs(format, sender, sns));
        });
    }

    private static SenderSettings.HmacSetting usual(String prefix, String timestampHeader, String... headers) {
        return new SenderSettings.HmacSetting(List.of(), List.of(headers), prefix, timestampHeader);
    }

    private List<Proof> proofs(String format, SenderSettings.Sender sender, ObjectProvider<AmazonSns> sns) {
        List<Proof> all = new ArrayList<>();
        if (!sender.bearer().isEmpty()) {
            all.add(new BearerToken(keys(sender.bearer())));
        }
        sender.basic().forEach(login -> {
            if (login.user() == null || login.user().isEmpty() || login.password() == null) {
                throw new IllegalArgumentException(PREFIX + format + ".basic: needs a user and a password");
            }
            all.add(new BasicLogin(login.user(), keys(List.of(login.password()))));
        });
        if (sender.header() != null) {
            if (sender.header().name() == null || sender.header().secrets() == null) {
                throw new IllegalArgumentException(PREFIX + format + ".header: needs a name and secrets");
            }
            all.add(new HeaderSecret(
                    sender.header().name(), keys(sender.header().secrets())));
        }
        if (sender.hmac() != null) {
            all.add(signature(format, sender.hmac()));
        }
        boolean isSns = format.equals("sns");
        if (isSns && !all.isEmpty()) {
            throw new IllegalArgumentException(
                    PREFIX + "sns: takes topics only, its messages are signed by SNS itself");
        }
        if (!sender.topics().isEmpty()) {
            if (!isSns || !sender.topics().stream().allMatch(SnsAddress::isTopic)) {
                throw new IllegalArgumentException(
                        PREFIX + format + ".topics: are ARNs of topics, for sns only; got " + sender.topics());
            }
            Path pinned = sender.certificates() == null ? null : Path.of(sender.certificates());
            all.add(new SnsSignature(
                    sender.topics(), new SnsCertificates(sns.getObject(), pinned), settings.tolerance()));
        }
        return all;
    }

    private Proof signature(String format, SenderSettings.HmacSetting given) {
        if (given.keys() == null || given.keys().isEmpty()) {
            throw new IllegalArgumentException(PREFIX + format + ".hmac: needs keys");
        }
        SenderSettings.HmacSetting usual = USUAL.getOrDefault(format, OURS);
        String time = Optional.ofNullable(given.timestampHeader()).orElse(usual.timestampHeader());
        return new BodySignature(
                keys(given.keys()),
                Optional.ofNullable(given.headers()).orElse(usual.headers()),
                Optional.ofNullable(given.prefix()).orElse(usual.prefix()),
                time.isBlank() ? null : time,
                settings.tolerance());
    }

    private Keys keys(List<SecretReference> references) {
        return new Keys(secrets, references);
    }

    /**
     * Why a message is turned away before its body is read, for the log only; empty when it is not, or not yet.
     *
     * @throws dev.sternway.port.OutsideException when that cannot be told now: the sender must come again
     */
    public Optional<String> objectionToHeaders(String format, Message message) {
        List<Proof> all = proofs.getOrDefault(format, List.of());
        return all.stream().allMatch(Proof::needsNoBody) ? objection(all, message) : Optional.empty();
    }

    /** The same of a message whose body is there. */
    public Optional<String> objection(String format, Message message) {
        return objection(proofs.getOrDefault(format, List.of()), message);
    }

    /** Names a message that was let in for a signature which covers a time, and so is sent once only; else empty. */
    public Optional<String> onceOnly(String format, Message message) {
        return proofs.getOrDefault(format, List.of()).stream()
                .flatMap(proof -> proof.onceOnly(message).stream()
                        .filter(signed -> proof.objection(message).isEmpty()))
                .findFirst();
    }

    private static Optional<String> objection(List<Proof> all, Message message) {
        if (all.isEmpty()) {
            return Optional.of("no sender is configured for the format");
        }
        List<String> objections = new ArrayList<>();
        for (Proof proof : all) {
            Optional<String> objection = proof.objection(message);
            if (objection.isEmpty()) {
                return Optional.empty();
            }
            objections.add(objection.get());
        }
        return Optional.of(
                PlainText.of(objections.stream().distinct().collect(Collectors.joining("; ")), LONGEST_OBJECTION));
    }

    /** True when the origin may send events of the format, as it asks before it does. */
    public boolean allowsOrigin(String format, String origin) {
        return Optional.ofNullable(settings.senders().get(format))
                .map(SenderSettings.Sender::origins)
                .filter(((Predicate<List<String>>) origins -> origins.contains(origin)).or(all -> all.contains("*")))
                .isPresent();
    }
}
