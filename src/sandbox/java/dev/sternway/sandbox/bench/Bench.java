package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs one benchmark: {@code ./sternway bench alerts}. Exit code 0 when all its targets hold, 1 when one is missed. */
public final class Bench {
    private static final String USAGE = """
            Usage: ./sternway bench alerts [--storms N] [--quick] [--json] [--data DIR] [--yes]
                   ./sternway bench restore [--size GB,GB…] [--rounds N] [--anyway] [--quick] [--json] [--data DIR] [--yes]""";
    private static final int MISSED = 1;
    private static final int WRONG_USAGE = 2;
    private static final List<String> THERE_ARE = List.of("alerts", "restore");
    private static final double LARGEST = 100;

    private boolean quick;
    private boolean json;
    private boolean anyway;
    private Path data = Path.of(".sternway");
    private final List<Double> sizes = new ArrayList<>();
    private int rounds = RestoreBench.ROUNDS;
    private int storms;

    private Bench() {}

    public static void main(String[] args) throws IOException {
        List<String> words = Arrays.asList(args);
        if (words.isEmpty() || !THERE_ARE.contains(words.get(0))) {
            usage((words.isEmpty() ? "which one?" : "there is no benchmark '" + words.get(0) + "';") + " there is: "
                    + String.join(", ", THERE_ARE));
        }
        Bench bench = new Bench();
        bench.read(words);
        Verdict verdict = null;
        try {
            verdict = bench.run(words.get(0));
        } catch (IllegalStateException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(MISSED);
        }
        System.out.print(bench.json ? text(verdict) : verdict.text());
        System.exit(verdict.holds() ? 0 : MISSED);
    }

    private static String text(Verdict verdict) throws IOException {
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(verdict.raw())
                + "\n";
    }

    private Verdict run(String which) throws IOException {
        Path home = data.resolve("bench").toAbsolutePath().normalize();
        return which.equals("alerts")
                ? new AlertsBench(home, quick, storms).run()
                : new RestoreBench(home.resolveSibling("bench-restore"), sizes, rounds, quick, anyway).run();
    }

    private void read(List<String> words) {
        boolean restore = words.get(0).equals("restore");
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (List.of("--size", "--rounds", "--anyway").contains(word) && !restore) {
                usage("'" + word + "' is for 'bench restore'");
            }
            if (word.equals("--storms") && restore) {
                usage("'--storms' is for 'bench alerts'");
            }
            switch (word) {
                case "--quick" -> quick = true;
                case "--json" -> json = true;
                case "--anyway" -> anyway = true;
                case "--yes" -> {}
                case "--data" -> data = Path.of(value(words, ++i));
                case "--storms" -> storms = (int) number(value(words, ++i), 1, 100);
                case "--rounds" -> rounds = (int) number(value(words, ++i), 1, 100);
                case "--size" -> {
                    for (String size : value(words, ++i).split(",")) {
                        sizes.add(number(size, 0.01, LARGEST));
                    }
                }
                default -> usage("unknown option '" + word + "'");
            }
        }
    }

    private static String value(List<String> words, int index) {
        if (index >= words.size()) {
            usage("option '" + words.get(index - 1) + "' wants a value");
        }
        return words.get(index);
    }

    private static double number(String text, double least, double most) {
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        usage("'" + text + "' is no number from " + least + " to " + most);
        return 0;
    }

    private static void usage(String wrong) {
        System.err.println("bench: " + wrong + "\n" + USAGE);
        System.exit(WRONG_USAGE);
    }
}
