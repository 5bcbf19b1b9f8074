package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs one benchmark: {@code ./sternway bench alerts}. Exit code 0 when all its targets hold, 1 when one is missed. */
public final class Bench {
    private static final String USAGE = "Usage: ./sternway bench alerts [--quick] [--json] [--data DIR] [--yes]";
    private static final int MISSED = 1;
    private static final int WRONG_USAGE = 2;

    private Bench() {}

    public static void main(String[] args) throws IOException {
        boolean quick = false;
        boolean json = false;
        Path data = Path.of(".sternway");
        List<String> words = Arrays.asList(args);
        if (words.isEmpty() || !words.get(0).equals("alerts")) {
            usage(words.isEmpty() ? "which one? There is: alerts" : "there is no benchmark '" + words.get(0) + "'");
        }
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "--quick" -> quick = true;
                case "--json" -> json = true;
                case "--yes" -> {}
                case "--data" -> {
                    if (i + 1 >= words.size()) {
                        usage("option '--data' wants a value");
                    }
                    data = Path.of(words.get(++i));
                }
                default -> usage("unknown option '" + words.get(i) + "'");
            }
        }
        Verdict verdict = new AlertsBench(data.resolve("bench").toAbsolutePath().normalize(), quick).run();
        if (json) {
            System.out.println(JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(verdict.raw()));
        } else {
            System.out.print(verdict.text());
        }
        System.exit(verdict.holds() ? 0 : MISSED);
    }

    private static void usage(String wrong) {
        System.err.println("bench: " + wrong + "\n" + USAGE);
        System.exit(WRONG_USAGE);
    }
}
