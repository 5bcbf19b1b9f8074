package dev.sternway.step.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.step.Pace;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Does it stay well? Looks at every check again and again until a window has passed.
 *
 * <p>A relapse is a check that fails several times in a row, or goes up and down as often within twenty looks. Details:
 * {@code stable}, {@code at}, {@code looks}, and {@code longestGapSeconds}, the longest time in which nobody looked.
 */
@Component
@EnableConfigurationProperties(CheckSettings.class)
public class WatchStability implements Step {
    private final CheckReader reader;
    private final Pace pace;
    private final CheckSettings settings;

    WatchStability(CheckReader reader, Pace pace, CheckSettings settings) {
        this.reader = reader;
        this.pace = pace;
        this.settings = settings;
    }

    /** Watches for the stability window of the plan's level, from now. */
    @Override
    public StepResult run(StepTask task) {
        Duration window = task.system().windows().stabilityOf(task.plan().level());
        return watch(task, pace.now(), window);
    }

    /**
     * Watches from a start that may lie in the past, so that a watch goes on after a crash; it always looks a few times
     * before it believes, even when the window has passed meanwhile.
     */
    public StepResult watch(StepTask task, Instant startedAt, Duration window) {
        return watch(task, startedAt, window, Optional::empty);
    }

    /**
     * As {@link #watch(StepTask, Instant, Duration)}, and what others see counts too.
     *
     * @param alarm asked at each look: what somebody else saw that is a relapse by itself, or empty
     */
    public StepResult watch(StepTask task, Instant startedAt, Duration window, Supplier<Optional<String>> alarm) {
        return new Watch(task, startedAt, window, alarm).run();
    }

    /** One watch with what it has seen. */
    private final class Watch {
        private final StepTask task;
        private final ManagedSystem system;
        private final Instant startedAt;
        private final Duration window;
        private final Supplier<Optional<String>> alarm;
        private final Map<String, Tally> tallies = new LinkedHashMap<>();
        private final Map<String, Instant> queriedAt = new LinkedHashMap<>();
        private Instant lastLook;
        private Duration longestGap = Duration.ZERO;
        private int looks;

        Watch(StepTask task, Instant startedAt, Duration window, Supplier<Optional<String>> alarm) {
            this.task = task;
            this.system = task.system();
            this.startedAt = startedAt;
            this.window = window;
            this.alarm = alarm;
            this.lastLook = startedAt;
            system.checks().forEach(check -> tallies.put(check.id(), new Tally()));
        }

        StepResult run() {
            while (true) {
                look();
                Optional<Tally> relapsed =
                        tallies.values().stream().filter(this::relapsed).findFirst();
                if (relapsed.isPresent()) {
                    return relapse(relapsed.get());
                }
                boolean over = !pace.now().isBefore(startedAt.plus(window));
                // After the window has passed, so that nothing is overheard at its very end.
                Optional<String> told = alarm.get();
                if (told.isPresent()) {
                    return finish(StepResult.notMet(wanted(), relapse() + told.get()), false);
                }
                if (over && settled()) {
                    return survived();
                }
                pace.pause(settings.watchEvery());
            }
        }

        private void look() {
            Instant now = pace.now();
            Duration gap = Duration.between(lastLook, now);
            longestGap = gap.compareTo(longestGap) > 0 ? gap : longestGap;
            lastLook = now;
            looks++;
            Duration since = Duration.between(startedAt, now);
            Duration range = since.compareTo(settings.watchRange()) < 0 ? since : settings.watchRange();
            for (Check check : system.checks()) {
                if (due(check, now)) {
                    tallies.get(check.id()).add(reader.read(system, check, range));
                }
            }
            long percent = Math.min(100, since.toMillis() * 100 / Math.max(1, window.toMillis()));
            task.progress().report((int) percent, looks + " looks, " + failing());
        }

        private boolean due(Check check, Instant now) {
            if (check.sql() == null) {
                return true;
            }
            Tally tally = tallies.get(check.id());
            boolean answered = tally.last() != null && tally.answeredForGood();
            Instant before = queriedAt.get(check.id());
            if (answered && now.isBefore(before.plus(settings.queryEvery()))) {
                return false;
            }
            queriedAt.put(check.id(), now);
            return true;
        }

        /** Damaged rows are a relapse at once; all else may fail once. */
        private boolean relapsed(Tally tally) {
            boolean damaged = tally.answeredForGood() && tally.lost();
            return damaged
                    || tally.failsInARow() >= settings.relapseAfter()
                    || tally.spells() >= settings.relapseAfter();
        }

        /** Nothing hangs in the middle between well and relapsed. */
        private boolean settled() {
            return looks >= settings.relapseAfter()
                    && tallies.values().stream()
                            .allMatch(tally ->
                                    tally.failsInARow() == 0 || tally.unknownsInARow() >= settings.relapseAfter());
        }

        private StepResult relapse(Tally tally) {
            String how = tally.answeredForGood()
                    ? "' failed: "
                    : tally.failsInARow() >= settings.relapseAfter()
                            ? "' failed " + tally.failsInARow() + " times in a row: "
                            : "' went up and down " + tally.spells() + " times: ";
            StepResult result = StepResult.notMet(
                    wanted(),
                    relapse() + "'" + tally.check().title() + how + tally.last().seen());
            result.details().put("check", tally.check().id());
            return finish(result, false);
        }

        private String relapse() {
            return "relapse after " + Duration.between(startedAt, pace.now()).toSeconds() + " s: ";
        }

        private StepResult survived() {
            List<String> unknown = tallies.values().stream()
                    .filter(tally -> !tally.everPassed() || tally.failsInARow() > 0)
                    .map(tally ->
                            "'" + tally.check().title() + "': " + tally.last().seen())
                    .toList();
            if (tallies.isEmpty()) {
                return finish(StepResult.unknown(wanted(), "the system has no checks, so nobody can tell"), false);
            }
            if (!unknown.isEmpty()) {
                return finish(StepResult.unknown(wanted(), "never seen well: " + String.join("; ", unknown)), false);
            }
            String gap = longestGap.compareTo(settings.watchEvery().multipliedBy(3)) > 0
                    ? ", nobody looked for " + longestGap.toSeconds() + " s"
                    : "";
            return finish(StepResult.proved(wanted(), looks + " looks, no relapse" + gap), true);
        }

        private StepResult finish(StepResult result, boolean stable) {
            ObjectNode details = result.details();
            details.put("stable", stable);
            details.put("at", pace.now().toString());
            details.put("looks", looks);
            details.put("windowSeconds", window.toSeconds());
            details.put("longestGapSeconds", longestGap.toSeconds());
            return result;
        }

        private String wanted() {
            return "all " + tallies.size() + " checks stay well for " + window.toSeconds() + " s";
        }

        private String failing() {
            List<String> failing = tallies.values().stream()
                    .filter(tally -> tally.failsInARow() > 0)
                    .map(tally -> "'" + tally.check().title() + "' failed " + tally.failsInARow() + " in a row")
                    .toList();
            return failing.isEmpty() ? "all well" : String.join(", ", failing);
        }
    }
}
