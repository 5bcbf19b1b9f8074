package dev.sternway.port;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out of texts before they are kept or shown: values that were met as secrets, and what stands beside a
 * name, an option or in an address where secrets are usually kept.
 *
 * <p>A secret that nothing gives away as one cannot be told: texts from outside are kept out of variables altogether.
 */
public final class Redaction {
    /** What stands in a secret's place; taking secrets out of a text twice changes nothing more. */
    public static final String MARK = "***";

    /** Shorter values would take ordinary words out of texts. */
    private static final int SHORTEST = 6;

    private static final String NAMES = "passw(?:or)?d|passwd|passphrase|pwd|secret|token|api[_.-]?key|access[_.-]?key"
            + "|private[_.-]?key|encryption[_.-]?key|signing[_.-]?key|credential|requirepass|authorization|cookie|dsn";

    private static final Pattern SECRET_NAME = Pattern.compile("(?i)" + NAMES);

    private static final String VALUE = "(?:(?:bearer|basic)\\s+\\S+|\"[^\"]*\"|'[^']*'|[^\\s,;&\"'}\\])]+)";

    /** {@code NAME=value}, {@code name: value}, {@code "name": "value"}. */
    private static final Pattern PAIR =
            Pattern.compile("(?i)((?:" + NAMES + ")[\\w.-]{0,64}[\"']?\\s{0,3}[=:]\\s{0,3})" + VALUE);

    /** {@code --name value}. */
    private static final Pattern OPTION =
            Pattern.compile("(?i)(--[\\w.-]{0,64}(?:" + NAMES + ")[\\w.-]{0,64}\\s{1,3})" + VALUE);

    /** A value that nobody would use as a word, such as a key. */
    private static final Pattern RANDOM =
            Pattern.compile("(?=(?:[^0-9]*[0-9]){4})(?=(?:[^A-Za-z]*[A-Za-z]){4})[\\w+/=~.-]{20,}");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}");

    /** {@code scheme://user:password@host}. */
    private static final Pattern USER_INFO = Pattern.compile("(\\w[\\w+.-]{0,30}://[^\\s/:@]*:)([^\\s/@]+)(?=@)");

    private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

    private Redaction() {}

    /** Remembers, in this process's memory only, a value that must not be kept or shown anywhere. */
    public static void know(String secret) {
        if (secret != null && secret.length() >= SHORTEST && !secret.equals(MARK)) {
            KNOWN.add(secret);
        }
    }

    /** Remembers the values whose name or look says that they are secret, and passwords within addresses. */
    public static void know(Map<String, String> variables) {
        variables.forEach((name, value) -> {
            if (SECRET_NAME.matcher(name).find() || RANDOM.matcher(value).matches()) {
                know(value);
            }
            Matcher address = USER_INFO.matcher(value);
            while (address.find()) {
                know(address.group(2));
            }
        });
    }

    /** The text without secrets; null stays null. */
    public static String of(String text) {
        return of(text, List.of());
    }

    /** The text without secrets, and without these values, whatever their names are. */
    public static String of(String text, Collection<String> further) {
        if (text == null || text.isEmpty()) {
            return text;
        }
        String clean = text;
        List<String> values = Stream.concat(KNOWN.stream(), further.stream())
                .filter(value -> value.length() >= SHORTEST)
                .filter(text::contains)
                // A secret within another one must not leave the rest of it behind.
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        for (String value : values) {
            clean = clean.replace(value, MARK);
        }
        clean = USER_INFO.matcher(clean).replaceAll("$1" + Matcher.quoteReplacement(MARK));
        clean = PAIR.matcher(clean).replaceAll("$1" + Matcher.quoteReplacement(MARK));
        clean = OPTION.matcher(clean).replaceAll("$1" + Matcher.quoteReplacement(MARK));
        return BEARER.matcher(clean).replaceAll("$1 " + Matcher.quoteReplacement(MARK));
    }
}
