package dev.sternway.alert.sender;

import dev.sternway.alert.format.Message;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A header with HMAC-SHA256 over the body, or over {@code <seconds>:<body>} where a header tells the time.
 *
 * @param headers names of the header; it may hold several signatures, with commas between
 * @param prefix before each signature's digits
 * @param timestampHeader null when the time is not signed
 */
record BodySignature(Keys keys, List<String> headers, String prefix, String timestampHeader, Duration tolerance)
        implements Proof {
    private static final int DIGITS = 64;
    private static final int MOST_SIGNATURES = 10;

    @Override
    public Optional<String> objection(Message message) {
        if (message.header("ce-specversion").isPresent()) {
            // They hold what the alert is about.
            return Optional.of("a signature that does not cover the headers of a binary CloudEvent");
        }
        List<byte[]> given = signatures(message);
        if (given.isEmpty()) {
            return Optional.of("no signature in header " + String.join(" or ", headers));
        }
        String time = null;
        if (timestampHeader != null) {
            time = message.header(timestampHeader).orElse("").strip();
            if (!time.matches("[0-9]{1,11}")) {
                return Optional.of("no seconds in header '" + timestampHeader + "'");
            }
        }
        byte[] start = time == null ? new byte[0] : (time + ":").getBytes(StandardCharsets.US_ASCII);
        boolean right = keys.any(key -> {
            byte[] wanted = mac(key, start, message.body());
            // No early end: each comparison takes its time.
            return given.stream()
                            .filter(each -> MessageDigest.isEqual(wanted, each))
                            .count()
                    > 0;
        });
        if (!right) {
            return Optional.of("a wrong signature");
        }
        return time == null ? Optional.empty() : expired(Long.parseLong(time), message.receivedAt());
    }

    /** By what is signed, not by the header: that may hold more than one signature. */
    @Override
    public Optional<String> onceOnly(Message message) {
        return timestampHeader == null
                ? Optional.empty()
                : message.header(timestampHeader)
                        .map(String::strip)
                        .map(time -> HexFormat.of()
                                .formatHex(mac(
                                        "once".getBytes(StandardCharsets.US_ASCII),
                                        (time + ":").getBytes(StandardCharsets.US_ASCII),
                                        message.body())));
    }

    private Optional<String> expired(long seconds, Instant now) {
        Duration apart = Duration.between(Instant.ofEpochSecond(seconds), now);
        return apart.abs().compareTo(tolerance) <= 0
                ? Optional.empty()
                : Optional.of("a right signature that was made " + apart.abs().toSeconds() + " s "
                        + (apart.isNegative() ? "in the future" : "ago") + ": sent again by somebody, or the sender's"
                        + " clock is wrong");
    }

    private List<byte[]> signatures(Message message) {
        List<byte[]> found = new ArrayList<>();
        for (String header : headers) {
            for (String each : message.header(header).orElse("").split(",", MOST_SIGNATURES + 1)) {
                String text = each.strip();
                if (text.startsWith(prefix) && text.length() == prefix.length() + DIGITS) {
                    hex(text.substring(prefix.length())).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<byte[]> hex(String digits) {
        try {
            return Optional.of(HexFormat.of().parseHex(digits));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] mac(byte[] key, byte[] start, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(start);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean needsNoBody() {
        return false;
    }
}
