package dev.sternway.adapter.settings;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code KEY=value} lines: blank lines and lines that begin with {@code #} are passed over, {@code export } before a
 * key as well. A value in double quotes may go on over lines and knows {@code \n}, {@code \"}, {@code \\} and {@code \$};
 * one in single quotes may go on over lines and is taken as it is; one without quotes ends at the line's end or at a
 * {@code #} after a space. Nothing is put in for {@code $NAME}. A key that comes twice is refused: programs differ in which
 * one they take.
 */
final class EnvFile {
    private static final Pattern KEY = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=[ \\t]*");

    private final String text;
    private int at;
    private int line = 1;

    private EnvFile(String text) {
        this.text = text;
    }

    /** @throws IOException with the line that cannot be read, never with what stands in it */
    static Map<String, String> parse(String text) throws IOException {
        return new EnvFile(text.startsWith("\uFEFF") ? text.substring(1) : text).all();
    }

    private Map<String, String> all() throws IOException {
        Map<String, String> values = new TreeMap<>();
        while (at < text.length()) {
            int end = endOfLine(at);
            String whole = text.substring(at, end);
            if (whole.isBlank() || whole.stripLeading().startsWith("#")) {
                next(end);
                continue;
            }
            Matcher key = KEY.matcher(whole);
            if (!key.lookingAt()) {
                throw new IOException("line " + line + " is neither KEY=value nor a comment");
            }
            int begun = line;
            at += key.end();
            String value = value();
            if (values.put(key.group(1), value) != null) {
                throw new IOException("line " + begun + " sets '" + key.group(1) + "' a second time");
            }
        }
        return values;
    }

    private String value() throws IOException {
        char first = at < text.length() ? text.charAt(at) : '\n';
        if (first == '"' || first == '\'') {
            return quoted(first);
        }
        int end = endOfLine(at);
        String value = text.substring(at, end).replaceFirst("(^|\\s)#.*", "").strip();
        next(end);
        return value;
    }

    private String quoted(char quote) throws IOException {
        int begun = line;
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != quote; at++) {
            char each = text.charAt(at);
            if (each == '\n') {
                line++;
            }
            if (each == '\\' && quote == '"' && at + 1 < text.length()) {
                at++;
                char escaped = text.charAt(at);
                value.append(
                        switch (escaped) {
                            case 'n' -> "\n";
                            case 'r' -> "\r";
                            case 't' -> "\t";
                            case '"', '\\', '$' -> String.valueOf(escaped);
                            default -> "\\" + escaped;
                        });
            } else {
                value.append(each);
            }
        }
        if (at >= text.length()) {
            throw new IOException("line " + begun + " begins a quoted value that never ends");
        }
        at++;
        int end = endOfLine(at);
        String rest = text.substring(at, end).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
            throw new IOException("line " + line + " goes on after its closing quote");
        }
        next(end);
        return value.toString();
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private void next(int end) {
        at = end + 1;
        line++;
    }
}
