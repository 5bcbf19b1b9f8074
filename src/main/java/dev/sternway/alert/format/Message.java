package dev.sternway.alert.format;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A message as it came; its bytes are what a signature is over, and what is kept.
 *
 * @param headers by name in whatever case; several of one name are one value, with commas between
 */
public record Message(Map<String, String> headers, byte[] body, Instant receivedAt) {
    public Message {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        headers = byName;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The media type without its parameters, in lower case; empty when none was told. */
    public String mediaType() {
        return header("Content-Type").orElse("").replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }
}
