package dev.sternway.evidence;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How entries hang together: each hash covers the entry and the hash before it.
 *
 * <p>Everything here is computed from the entries alone, so that a saved copy can be checked without Sternway running.
 */
public final class Chain {
    /** What the first entry names as the hash before it. */
    public static final String START = "0".repeat(64);

    /**
     * Where a chain ends.
     *
     * <p>It stands beside the entries, and who may rewrite both could forge both: note it outside as well (the report,
     * a mail, a ticket) and compare.
     */
    public record Head(long entries, String hash) {}

    private Chain() {}

    /** SHA-256 over all fields but the hash itself, in canonical JSON (RFC 8785). */
    public static String hash(Evidence entry) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("incidentId", entry.incidentId());
        fields.put("sequence", entry.sequence());
        fields.put("startedAt", text(entry.startedAt()));
        fields.put("endedAt", text(entry.endedAt()));
        fields.put("systemId", entry.systemId());
        fields.put("level", entry.level());
        fields.put("kind", text(entry.kind()));
        fields.put("step", entry.step());
        fields.put("target", entry.target());
        fields.put("wanted", entry.wanted());
        fields.put("seen", entry.seen());
        fields.put("outcome", text(entry.outcome()));
        fields.put("actor", entry.actor());
        fields.put("planSha256", entry.planSha256());
        fields.set("details", entry.details());
        fields.put("previousHash", entry.previousHash());
        return sha256(Json.canonical(fields));
    }

    /** The first broken place, as a sentence; empty when every entry follows from the one before. */
    public static Optional<String> firstBreak(List<Evidence> entries) {
        String previous = START;
        for (int index = 0; index < entries.size(); index++) {
            Evidence entry = entries.get(index);
            long wanted = index + 1L;
            if (entry.sequence() != wanted) {
                return Optional.of(
                        "entry " + wanted + " is missing: entry " + entry.sequence() + " stands in its place");
            }
            if (!hash(entry).equals(entry.hash())) {
                return Optional.of(
                        "entry " + wanted + " was edited: its content does not give its hash '" + entry.hash() + "'");
            }
            if (!previous.equals(entry.previousHash())) {
                return Optional.of("entry " + wanted + " does not follow from the entry before: it names '"
                        + entry.previousHash() + "', the hash before is '" + previous + "'");
            }
            previous = entry.hash();
        }
        return Optional.empty();
    }

    /** As {@link #firstBreak(List)}, and the chain must end where its head says. */
    public static Optional<String> firstBreak(List<Evidence> entries, Head head) {
        Optional<String> within = firstBreak(entries);
        if (within.isPresent()) {
            return within;
        }
        long count = entries.size();
        String last =
                entries.isEmpty() ? START : entries.get(entries.size() - 1).hash();
        if (count < head.entries()) {
            return Optional.of("entry " + (count + 1) + " is missing: the head names "
                    + Words.some(head.entries(), "entry") + ", there are " + count);
        }
        if (count > head.entries()) {
            return Optional.of("entry " + (head.entries() + 1) + " was added: the head names "
                    + Words.some(head.entries(), "entry") + ", there are " + count);
        }
        if (!last.equals(head.hash())) {
            return Optional.of("entry " + count + " is not the one that the head names: its hash is '" + last
                    + "', the head says '" + head.hash() + "'");
        }
        return Optional.empty();
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static String text(Enum<?> value) {
        return value == null ? null : value.name();
    }

    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
