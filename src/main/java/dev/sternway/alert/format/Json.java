package dev.sternway.alert.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.alert.PlainText;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads JSON from outside: only what is whole, in UTF-8 and within limits, and every mistake with its place. */
public final class Json {
    private static final int DEEPEST = 20;
    private static final int LONGEST_TEXT = 100_000;
    private static final int LONGEST_NAME = 1_000;
    private static final int LONGEST_NUMBER = 100;
    private static final int MOST_TOKENS = 800_000;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST_TEXT)
                            .maxNameLength(LONGEST_NAME)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Names from outside must fill no table that stays.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // As it is written: no figure becomes infinite or another one.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final String what;
    private final String hint;

    /**
     * @param what what the JSON should be, after "not"
     * @param hint what to do when it is not
     */
    public Json(String what, String hint) {
        this.what = what;
        this.hint = hint;
    }

    /** The object that the bytes are. */
    public JsonNode object(byte[] body) {
        return object(text(body));
    }

    /** The object that the text is. */
    public JsonNode object(String text) {
        if (text.startsWith("\uFEFF")) {
            throw malformed("line 1, column 1: begins with a byte order mark");
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            // A limit that was broken has no location.
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw malformed(place + e.getOriginalMessage());
        }
        if (node == null || !node.isObject()) {
            throw malformed("/: must be a JSON object");
        }
        if (text.contains("\\u")) {
            checkTexts(node, "");
        }
        return node;
    }

    private String text(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer characters = CharBuffer.allocate(body.length);
        CoderResult result = decoder.decode(bytes, characters, true);
        if (result.isError()) {
            throw malformed("byte " + (bytes.position() + 1) + ": is not UTF-8");
        }
        return characters.flip().toString();
    }

    /** By an escape a text can hold what UTF-8 cannot, and what PostgreSQL does not take. */
    private void checkTexts(JsonNode node, String path) {
        if (node.isTextual()) {
            checkText(node.textValue(), path);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                checkTexts(node.get(i), path + "/" + i);
            }
        } else {
            node.properties().forEach(field -> {
                checkText(field.getKey(), path + "/" + field.getKey());
                checkTexts(field.getValue(), path + "/" + field.getKey());
            });
        }
    }

    private void checkText(String text, String path) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw malformed(path + ": holds the character NUL");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw malformed(path + ": holds half of a surrogate pair");
            }
        }
    }

    /** A text that must be there and not be blank. */
    public String text(JsonNode object, String field, String path) {
        JsonNode value = object.path(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw malformed(path + "/" + field + ": must be a text, got " + shown(value));
        }
        return value.asText();
    }

    /** A text, number or truth value as text; empty when there is none or it is blank. */
    static Optional<String> optional(JsonNode value) {
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    /** A time with its zone that must be there; between the years 2000 and 2200. */
    Instant instant(JsonNode object, String field, String path) {
        return instant(text(object, field, path), path + "/" + field);
    }

    Instant instant(String text, String path) {
        try {
            // CloudWatch writes its zone without a colon.
            Instant instant = OffsetDateTime.parse(text.replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2"))
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .toInstant();
            if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
                throw malformed(path + ": must be between 2000 and 2200, got " + shown(text));
            }
            return instant;
        } catch (DateTimeException e) {
            throw malformed(path + ": must be a time like 2026-11-20T03:12:45Z, got " + shown(text));
        }
    }

    /** Names and texts; nothing where the object is missing. */
    Map<String, String> texts(JsonNode object, String path) {
        if (object.isMissingNode() || object.isNull()) {
            return Map.of();
        }
        if (!object.isObject()) {
            throw malformed(path + ": must be an object, got " + shown(object));
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getValue().isContainerNode()) {
                throw malformed(path + "/" + field.getKey() + ": must be a text, got " + shown(field.getValue()));
            }
            texts.put(field.getKey(), field.getValue().asText());
        }
        return texts;
    }

    static String shown(JsonNode node) {
        if (node.isMissingNode()) {
            return "nothing";
        }
        return PlainText.of(node.isContainerNode() && node.size() > 20 ? "something long" : node.toString(), 80);
    }

    private static String shown(String text) {
        return "\"" + PlainText.of(text, 80) + "\"";
    }

    /** @param place where in the message, and what is wrong there */
    public Refusal malformed(String place) {
        return new Refusal(ErrorCode.ALERT_MALFORMED, "not " + what + ": " + PlainText.of(place, 500), hint);
    }
}
