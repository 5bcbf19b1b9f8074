package dev.sternway.alert.sender;

import dev.sternway.alert.format.Message;
import dev.sternway.alert.format.SnsEnvelope;
import dev.sternway.port.Refusal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The signature of Amazon SNS over its message, versions 1 and 2, of a topic that is known. */
record SnsSignature(List<String> topics, SnsCertificates certificates, Duration tolerance) implements Proof {
    private static final Map<String, String> ALGORITHMS = Map.of("1", "SHA1withRSA", "2", "SHA256withRSA");

    /** SNS goes on trying for an hour; the time stays that of the first. */
    private static final Duration LONGEST_WAY = Duration.ofHours(1);

    @Override
    public Optional<String> objection(Message message) {
        try {
            return objection(SnsEnvelope.read(message.body()), message.receivedAt());
        } catch (Refusal refusal) {
            return Optional.of("no signed message of SNS: " + refusal.getMessage());
        } catch (GeneralSecurityException e) {
            return Optional.of("a signature that cannot be checked: " + e.getMessage());
        }
    }

    private Optional<String> objection(SnsEnvelope envelope, Instant now) throws GeneralSecurityException {
        String topic = envelope.topic();
        if (!topics.contains(topic)) {
            return Optional.of("topic '" + topic + "' is not among the senders' topics");
        }
        String algorithm = ALGORITHMS.get(envelope.text("SignatureVersion"));
        if (algorithm == null) {
            return Optional.of("signature version '" + envelope.text("SignatureVersion") + "' is not known");
        }
        Optional<URI> address = envelope.address("SigningCertURL").filter(each -> SnsAddress.isOf(topic, each));
        Optional<String> name = address.flatMap(SnsAddress::certificateName);
        if (name.isEmpty()) {
            return Optional.of(
                    "'" + envelope.text("SigningCertURL") + "' is no certificate of SNS in the topic's region");
        }
        X509Certificate certificate = certificates.of(name.get(), address.get());
        certificate.checkValidity(Date.from(now));
        Signature signature = Signature.getInstance(algorithm);
        signature.initVerify(certificate.getPublicKey());
        signature.update(envelope.signed().getBytes(StandardCharsets.UTF_8));
        if (!signature.verify(decoded(envelope.text("Signature")))) {
            return Optional.of("a wrong signature");
        }
        Duration age = Duration.between(envelope.timestamp(), now);
        return age.compareTo(LONGEST_WAY.plus(tolerance)) > 0 || age.negated().compareTo(tolerance) > 0
                ? Optional.of("a right signature of " + envelope.timestamp() + ": sent again by somebody, or a clock is"
                        + " wrong")
                : Optional.empty();
    }

    private static byte[] decoded(String base64) throws GeneralSecurityException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("it is not Base64", e);
        }
    }

    @Override
    public boolean needsNoBody() {
        return false;
    }
}
