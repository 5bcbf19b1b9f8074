package dev.sternway.step.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Check;
import dev.sternway.evidence.Evidence;
import dev.sternway.step.Pace;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.check.Reading.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Was it enough? Measures every check of the system until all pass twice in a row, or until the measure window ends.
 *
 * <p>Only samples begun after the last step's proof count: the measuring begins when this step is run, which is never
 * before that proof. Begun again after a crash, it measures a new window. A check that failed and cannot get better ends
 * the measuring as soon as all others have been seen. Details: {@code sufficient} is {@code true}, {@code false} or
 * {@code unknown}; {@code at} is when that was known; {@code checks} has one object for each check, its {@code outcome}
 * spelled as {@link Evidence.Outcome}.
 */
@Component
@EnableConfigurationProperties(CheckSettings.class)
public class RunChecks implements Step {
    private final CheckReader reader;
    private final Pace pace;
    private final Duration every;

    RunChecks(CheckReader reader, Pace pace, CheckSettings settings) {
        this.reader = reader;
        this.pace = pace;
        this.every = settings.measureEvery();
    }

    @Override
    public StepResult run(StepTask task) {
        Instant begin = pace.now();
        Instant end = begin.plus(task.system().windows().measure());
        Map<String, Tally> tallies = new LinkedHashMap<>();
        task.system().checks().forEach(check -> tallies.put(check.id(), new Tally()));
        while (true) {
            for (Check check : task.system().checks()) {
                Tally tally = tallies.get(check.id());
                if (!tally.answeredForGood()) {
                    tally.add(reader.read(task.system(), check, Duration.between(begin, pace.now())));
                }
            }
            Instant now = pace.now();
            List<Tally> all = List.copyOf(tallies.values());
            report(task, all, begin, end, now);
            if (decided(all) || !now.isBefore(end)) {
                StepResult result = result(all, Duration.between(begin, now));
                result.details().put("at", now.toString());
                return result;
            }
            pace.pause(shorter(every, Duration.between(now, end)));
        }
    }

    private static boolean decided(List<Tally> all) {
        boolean allGood = all.stream().allMatch(Tally::good);
        boolean hopeless = all.stream().anyMatch(Tally::lost)
                && all.stream().noneMatch(tally -> tally.last().answer() == Answer.UNKNOWN);
        return allGood || hopeless;
    }

    private static void report(StepTask task, List<Tally> all, Instant begin, Instant end, Instant now) {
        long spent = Duration.between(begin, now).toMillis();
        long window = Math.max(1, Duration.between(begin, end).toMillis());
        long good = all.stream().filter(Tally::good).count();
        task.progress().report((int) Math.min(100, spent * 100 / window), good + " of " + all.size() + " checks pass");
    }

    private static StepResult result(List<Tally> all, Duration took) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        ArrayNode checks = details.putArray("checks");
        all.forEach(tally -> checks.add(describe(tally)));
        long failed = all.stream().filter(tally -> answer(tally) == Answer.FAIL).count();
        long passed = all.stream().filter(tally -> answer(tally) == Answer.PASS).count();
        Evidence.Outcome outcome = failed > 0
                ? Evidence.Outcome.NOT_MET
                : passed < all.size() || all.isEmpty() ? Evidence.Outcome.UNKNOWN : Evidence.Outcome.PROVED;
        details.put(
                "sufficient",
                switch (outcome) {
                    case PROVED -> "true";
                    case NOT_MET -> "false";
                    default -> "unknown";
                });
        details.put("measuredMillis", took.toMillis());
        return new StepResult(
                "all " + all.size() + " checks pass twice in a row", seen(all, passed, took), outcome, details);
    }

    private static String seen(List<Tally> all, long passed, Duration took) {
        if (all.isEmpty()) {
            return "the system has no checks, so nobody can tell";
        }
        StringBuilder seen = new StringBuilder(passed + " of " + all.size() + " pass after " + took.toSeconds() + " s");
        all.stream()
                .filter(tally -> answer(tally) != Answer.PASS)
                .forEach(tally -> seen.append("; '")
                        .append(tally.check().title())
                        .append(answer(tally) == Answer.FAIL ? "' fails: " : "' is unknown: ")
                        .append(tally.last().seen()));
        return seen.toString();
    }

    private static ObjectNode describe(Tally tally) {
        ObjectNode check = JsonNodeFactory.instance.objectNode();
        check.put("check", tally.check().id());
        check.put("title", tally.check().title());
        check.put("part", tally.check().part().name());
        check.put("outcome", outcome(answer(tally)).name());
        check.put("wanted", tally.last().wanted());
        boolean once = tally.last().answer() == Answer.PASS && !tally.good();
        check.put("seen", tally.last().seen() + (once ? ", once only" : ""));
        return check;
    }

    private static Evidence.Outcome outcome(Answer answer) {
        return switch (answer) {
            case PASS -> Evidence.Outcome.PROVED;
            case FAIL -> Evidence.Outcome.NOT_MET;
            case UNKNOWN -> Evidence.Outcome.UNKNOWN;
        };
    }

    /** What it comes to: one single pass is not yet known to be good. */
    private static Answer answer(Tally tally) {
        Answer last = tally.last().answer();
        return last == Answer.PASS && !tally.good() ? Answer.UNKNOWN : last;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
