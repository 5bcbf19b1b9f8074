package dev.sternway.conventions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Lists which tests show which requirement: every id like S4-16 in a test's tag, name or Javadoc counts. */
final class RequirementTable {
    private static final Pattern ID = Pattern.compile("\\b(S[0-5]-\\d{2})\\b");

    private RequirementTable() {}

    public static void main(String[] arguments) throws IOException {
        of(Path.of("src/test/java"))
                .forEach((id, tests) -> System.out.println("| " + id + " | " + String.join(", ", tests) + " |"));
    }

    /** The tests below a folder by the requirement that they show. */
    static Map<String, Set<String>> of(Path folder) throws IOException {
        Map<String, Set<String>> table = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                Matcher found = ID.matcher(Files.readString(file));
                while (found.find()) {
                    table.computeIfAbsent(found.group(1), any -> new TreeSet<>())
                            .add(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
        return table;
    }
}
