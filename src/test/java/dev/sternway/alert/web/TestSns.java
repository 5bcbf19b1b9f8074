package dev.sternway.alert.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/** An Amazon SNS of our own: its messages, signed with a key whose certificate is pinned. */
final class TestSns {
    static final String TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms";
    static final String CERTIFICATE = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
    static final String EXPIRED = "SimpleNotificationService-eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.pem";
    private static final String HOST = "https://sns.eu-central-1.amazonaws.com/";
    private static final String PASSWORD = "test-password";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Path DIRECTORY = directory();
    private static final PrivateKey KEY = key(CERTIFICATE, List.of("-validity", "30"));
    private static final PrivateKey EXPIRED_KEY = key(EXPIRED, List.of("-startdate", "-30d", "-validity", "10"));

    private TestSns() {}

    /** The directory with the certificates. */
    static Path certificates() {
        return DIRECTORY;
    }

    /** A notification that is not signed yet. */
    static String envelope(String message, Instant at) {
        ObjectNode envelope = JSON.createObjectNode();
        envelope.put("Type", "Notification");
        envelope.put("MessageId", "da41e39f-ea4d-435a-b922-c6aae3915ebe");
        envelope.put("TopicArn", TOPIC);
        envelope.put("Subject", "ALARM: \"shop-latency\" in EU (Frankfurt)");
        envelope.put("Message", message);
        envelope.put("Timestamp", at.truncatedTo(ChronoUnit.MILLIS).toString());
        envelope.put("SignatureVersion", "2");
        envelope.put("SigningCertURL", HOST + CERTIFICATE);
        envelope.put("UnsubscribeURL", HOST + "?Action=Unsubscribe");
        return envelope.toString();
    }

    static String confirmation() {
        ObjectNode envelope = parsed(envelope("You have chosen to subscribe to the topic.", Instant.now()));
        envelope.remove("Subject");
        envelope.remove("UnsubscribeURL");
        envelope.put("Type", "SubscriptionConfirmation");
        envelope.put("Token", "2336412f37fb687f5d51e6e2425a8a5871f8");
        envelope.put("SubscribeURL", HOST + "?Action=ConfirmSubscription&Token=2336412f37fb687f5d51e6e2425a8a5871f8");
        return signed(envelope.toString());
    }

    static String at(String body, Instant at) {
        return with(body, "Timestamp", at.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    static String with(String body, String field, String value) {
        return parsed(body).put(field, value).toString();
    }

    static String signed(String body) {
        return signed(body, body.contains(EXPIRED) ? EXPIRED_KEY : KEY);
    }

    /** Signed with a key of somebody else. */
    static String forged(String body) {
        try {
            return signed(
                    body, KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(String body, PrivateKey key) {
        ObjectNode envelope = parsed(body);
        boolean notification = envelope.path("Type").asText().equals("Notification");
        List<String> fields = notification
                ? List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
                : List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
        StringBuilder text = new StringBuilder();
        fields.stream()
                .filter(envelope::has)
                .forEach(field -> text.append(field)
                        .append('\n')
                        .append(envelope.path(field).asText())
                        .append('\n'));
        try {
            boolean first = envelope.path("SignatureVersion").asText().equals("1");
            Signature signature = Signature.getInstance(first ? "SHA1withRSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(text.toString().getBytes(StandardCharsets.UTF_8));
            return envelope.put("Signature", Base64.getEncoder().encodeToString(signature.sign()))
                    .toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode parsed(String body) {
        try {
            return (ObjectNode) JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("sns");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a key and its certificate with the JDK's own tool. */
    private static PrivateKey key(String name, List<String> validity) {
        try {
            Path store = DIRECTORY.resolve(name + ".p12");
            List<String> command = new java.util.ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "sns",
                    "-keyalg",
                    "RSA",
                    "-keysize",
                    "2048",
                    "-dname",
                    "CN=sns.amazonaws.com",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD));
            command.addAll(validity);
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            String encoded = Base64.getMimeEncoder()
                    .encodeToString(keys.getCertificate("sns").getEncoded());
            Files.writeString(
                    DIRECTORY.resolve(name),
                    "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
            return (PrivateKey) keys.getKey("sns", PASSWORD.toCharArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
