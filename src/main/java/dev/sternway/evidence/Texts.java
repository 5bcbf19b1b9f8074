package dev.sternway.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sternway.port.Redaction;
import java.util.regex.Pattern;

/** Makes texts from outside harmless for logs, terminals and pages: no control characters, no line breaks, not endless. */
final class Texts {
    static final int NAME = 200;
    static final int SENTENCE = 4_000;
    static final int DETAILS = 256 * 1024;

    /** ANSI escape sequences as terminals know them: CSI, OSC (to its end), and two-character ones. */
    private static final Pattern ESCAPES = Pattern.compile(
            "\\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001B]*(?:\\u0007|\\u001B\\\\)?|[ -/]*[0-~])|\\u009B[0-?]*[ -/]*[@-~]");

    private static final Pattern BREAKS = Pattern.compile("[\\t\\r\\n\\u000B\\u000C\\u0085\\u2028\\u2029]+");

    /** Control and format characters (among them those that turn the writing direction) and halves of characters. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}]");

    /** The greatest whole number that every JSON reader takes exactly. */
    private static final long EXACT = 1L << 53;

    private Texts() {}

    static String clean(String text, int most) {
        if (text == null) {
            return null;
        }
        String seen = ESCAPES.matcher(text).replaceAll("");
        seen = BREAKS.matcher(seen).replaceAll(" ");
        seen = UNSEEN.matcher(seen).replaceAll("").strip();
        if (seen.length() <= most) {
            return seen;
        }
        int end = Character.isHighSurrogate(seen.charAt(most - 1)) ? most - 1 : most;
        return seen.substring(0, end) + " … (cut, " + seen.length() + " characters)";
    }

    /** The same for every text within, and numbers that JSON readers would round become texts. */
    static JsonNode clean(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(clean(Redaction.of(node.textValue()), SENTENCE));
        }
        if (node.isIntegralNumber()
                && (!node.canConvertToLong() || node.longValue() > EXACT || node.longValue() < -EXACT)) {
            return TextNode.valueOf(node.asText());
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(each -> array.add(clean(each)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(each -> object.set(clean(each.getKey(), NAME), clean(each.getValue())));
            return object;
        }
        return node;
    }
}
