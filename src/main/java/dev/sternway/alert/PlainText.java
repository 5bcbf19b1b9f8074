package dev.sternway.alert;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Makes a text from outside harmless to show: in a log, on a terminal, on a page, in Tasklist. */
public final class PlainText {
    /** Colours and cursor moves of terminals, and whatever else begins with an escape. */
    private static final Pattern ESCAPES =
            Pattern.compile("(?:\\x1B\\]|\\x9D)[^\\x07\\x1B\\x9C]{0,500}+(?:\\x07|\\x1B\\\\|\\x9C)"
                    + "|(?:\\x1B\\[|\\x9B)[0-?]*+[ -/]*+[@-~]"
                    + "|\\x1B[ -/]*+[0-~]");

    /** Line breaks of every kind, other control characters, and what turns the direction of reading. */
    private static final Pattern CONTROLS = Pattern.compile(
            "[\\p{Cc}\\u2028\\u2029]+|[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]");

    private PlainText() {}

    /** One line without control characters, at most so long; what was cut off is marked. */
    public static String of(String text, int longest) {
        String plain = text;
        if (!isPlain(text)) {
            plain = ESCAPES.matcher(plain).replaceAll("");
            plain = CONTROLS.matcher(plain)
                    .replaceAll(found -> isBreak(found.group()) ? " " : "")
                    .strip();
        }
        if (plain.length() <= longest) {
            return plain;
        }
        int end = Character.isHighSurrogate(plain.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return plain.substring(0, end) + "…";
    }

    /** A name that stays unique where it is cut: its end is a hash of all of it. */
    public static String unique(String text, int longest) {
        String plain = of(text, Integer.MAX_VALUE);
        if (plain.length() <= longest) {
            return plain;
        }
        String hash = hash(plain);
        return of(plain, longest - hash.length()) + hash;
    }

    /** The first 32 hexadecimal digits of the text's SHA-256. */
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isBreak(String found) {
        return found.chars().anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
    }
}
