package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The targets of a benchmark, what was measured, and whether it is enough. */
final class Verdict {

    /** One target: what was measured, and the most, or the least, that it may be. */
    private record Target(String name, double measured, double bound, boolean least, String unit) {
        boolean holds() {
            return least ? measured >= bound : measured <= bound;
        }

        String line() {
            return String.format(
                    Locale.ROOT,
                    "%-4s %-44s %10.2f %-3s at %s %.2f%s%n",
                    holds() ? "ok" : "MISS",
                    name,
                    measured,
                    unit,
                    least ? "least" : "most",
                    bound,
                    holds() || bound == 0
                            ? ""
                            : String.format(Locale.ROOT, ", missed by %.0f %%", 100 * Math.abs(measured / bound - 1)));
        }
    }

    private final List<String> table = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final ObjectNode raw = JsonNodeFactory.instance.objectNode();

    void row(String format, Object... values) {
        table.add(String.format(Locale.ROOT, format, values));
    }

    void atMost(String name, double measured, double most, String unit) {
        target(new Target(name, measured, most, false, unit));
    }

    void atLeast(String name, double measured, double least, String unit) {
        target(new Target(name, measured, least, true, unit));
    }

    private void target(Target target) {
        targets.add(target);
        raw.withArray("targets")
                .addObject()
                .put("name", target.name)
                .put("measured", target.measured)
                .put(target.least ? "least" : "most", target.bound)
                .put("unit", target.unit)
                .put("holds", target.holds());
    }

    /** The raw figures, for {@code --json}. */
    ObjectNode raw() {
        return raw.put("holds", holds());
    }

    boolean holds() {
        return targets.stream().allMatch(Target::holds);
    }

    /** The table, a line for each target, and the verdict as the last line. */
    String text() {
        StringBuilder text = new StringBuilder();
        table.forEach(line -> text.append(line).append('\n'));
        text.append('\n');
        targets.forEach(target -> text.append(target.line()));
        long missed = targets.stream().filter(target -> !target.holds()).count();
        return text.append(missed == 0 ? "All targets hold.\n" : "Targets missed: " + missed + ".\n")
                .toString();
    }
}
