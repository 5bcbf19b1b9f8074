package dev.sternway.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.erdtman.jcs.JsonCanonicalizer;

/** The ledger's JSON: times as ISO texts, and the canonical form (RFC 8785) that hashes are computed over. */
public final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private Json() {}

    /** The one way to write a JSON value: sorted names, no blanks, one form for each number. */
    static String canonical(JsonNode node) {
        try {
            return new JsonCanonicalizer(MAPPER.writeValueAsString(node)).getEncodedString();
        } catch (IOException e) {
            throw new UncheckedIOException("details cannot be written as canonical JSON", e);
        }
    }

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads what {@code GET /api/incidents/{id}/evidence} gave. */
    public static List<Evidence> readEvidence(String json) {
        try {
            return MAPPER.readerForListOf(Evidence.class).readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a list of evidence: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes evidence so that {@link #readEvidence} reads the same. */
    public static String writeEvidence(List<Evidence> entries) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(entries);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
