package dev.sternway.evidence;

import dev.sternway.catalogue.Check;
import dev.sternway.evidence.Evidence.Kind;
import dev.sternway.evidence.Evidence.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The paper of an incident in Markdown, with every field of the incident template (S2-23) that evidence knows. */
public final class IncidentReport {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern SPECIAL = Pattern.compile("([\\\\`*_{}\\[\\]<>#|!~])");
    private static final String UNKNOWN = "not known to Sternway; to be filled in by the incident's owner";

    private final Incident incident;
    private final Chronicle chronicle;
    private final Verdict verdict;
    private final Words words = new Words();

    /** What the report is about. */
    public record Incident(
            String id, String systemId, String title, String state, Instant openedAt, Instant closedAt) {}

    private IncidentReport(Incident incident, List<Evidence> entries) {
        this.incident = incident;
        this.chronicle = new Chronicle(entries);
        this.verdict = Verdict.of(entries);
    }

    /** @param broken the first broken place of the chain, or null when it holds */
    public static String write(Incident incident, List<Evidence> entries, Chain.Head head, String broken) {
        Map<String, String> places = new IncidentReport(incident, entries).places();
        places.put("chain", chain(incident.id(), head, broken));
        Matcher place = PLACE.matcher(template());
        return place.replaceAll(found -> {
            String text = places.get(found.group(1));
            if (text == null) {
                throw new IllegalStateException("incident-report.md has no text for '" + found.group(1) + "'");
            }
            return Matcher.quoteReplacement(text);
        });
    }

    private Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        Chronicle.Decision decision = chronicle.decision().orElse(null);
        places.put("id", escape(incident.id()));
        places.put("headline", chronicle.levels().isEmpty() ? "no rollback so far" : "rollback executed");
        places.put("date", words.dateTime(incident.openedAt()).substring(0, 10));
        places.put("time", words.time(incident.openedAt()) + " UTC");
        places.put("severity", decision == null ? "not decided" : escape(decision.severity()));
        places.put("levels", levels());
        places.put(
                "status",
                (incident.closedAt() == null ? "IN PROGRESS" : "COMPLETED") + " (" + escape(incident.state()) + ")");
        places.put("systems", escape(systems()));
        places.put("description", escape(incident.title()));
        places.put("rules", rules(decision));
        places.put("features", features());
        places.put("actions", actions());
        places.put("application", application());
        places.put("health", by(Check.Part.SERVICES_HEALTHY, "HEALTHY", "UNHEALTHY"));
        places.put("performance", by(Check.Part.PERFORMANCE_ACCEPTABLE, "NORMAL", "DEGRADED"));
        places.put("dataIntegrity", by(Check.Part.DATA_INTACT, "INTACT", "COMPROMISED"));
        places.put("verdict", verdict());
        places.put("affectedUsers", UNKNOWN);
        places.put("impact", impact());
        places.put("dataLoss", dataLoss());
        places.put("losses", losses());
        places.put("budgets", budgets());
        places.put("approvals", approvals());
        places.put("kept", kept());
        places.put("nextSteps", nextSteps());
        places.put("owner", UNKNOWN);
        places.put("timeline", timeline());
        return places;
    }

    private String levels() {
        String tried = chronicle.levels().stream()
                .map(each -> String.valueOf(each.number()))
                .distinct()
                .collect(Collectors.joining(", "));
        return tried.isEmpty() ? "none" : tried;
    }

    private String systems() {
        TreeSet<String> systems = new TreeSet<>(chronicle.systems());
        systems.add(incident.systemId());
        return String.join(", ", systems);
    }

    private String rules(Chronicle.Decision decision) {
        if (decision == null || decision.rules().isEmpty()) {
            return "No rule is recorded.";
        }
        return "Decided: " + escape(words.plain(decision.action())) + ". The rules that matched:\n\n"
                + list(decision.rules(), rule -> escape(rule.description()) + " (`" + code(rule.id()) + "`)");
    }

    private String features() {
        List<Evidence> toggles = chronicle.of(Kind.STEP).stream()
                .filter(each -> "switchToggle".equals(each.step()))
                .toList();
        return toggles.isEmpty()
                ? UNKNOWN
                : list(toggles, each -> "switched off: " + escape(each.target()) + " (" + escape(each.seen()) + ")");
    }

    private String actions() {
        List<Evidence> steps = chronicle.of(Kind.STEP).stream()
                .filter(each -> each.outcome() == Outcome.PROVED || each.outcome() == Outcome.ALREADY)
                .toList();
        if (steps.isEmpty()) {
            return "None.";
        }
        StringBuilder text = new StringBuilder();
        int number = 1;
        for (Evidence step : steps) {
            text.append(number++)
                    .append(". ")
                    .append(escape(words.plain(step.step())))
                    .append(step.target() == null ? "" : " `" + code(step.target()) + "`")
                    .append(": ")
                    .append(escape(step.seen()))
                    .append(" (")
                    .append(words.between(step.startedAt(), step.endedAt()))
                    .append(")\n");
        }
        return text.toString().stripTrailing();
    }

    private String application() {
        return verdict.success() ? "RUNNING" : by(Check.Part.SERVICES_HEALTHY, "RUNNING", "DEGRADED");
    }

    private String by(Check.Part part, String good, String bad) {
        return switch (verdict.parts().get(part.ordinal()).result()) {
            case PASSED -> good;
            case FAILED -> bad;
            case UNKNOWN -> "UNKNOWN";
        };
    }

    private String verdict() {
        StringBuilder text =
                new StringBuilder("**Verdict: " + (verdict.success() ? "success" : "no success") + "**\n\n");
        text.append("| part | result | reason |\n|---|---|---|\n");
        for (Verdict.PartVerdict part : verdict.parts()) {
            String reasons = part.reasons().stream()
                    .map(each -> (each.check() == null ? "" : "`" + code(each.check()) + "`: ") + escape(each.text()))
                    .collect(Collectors.joining("; "));
            text.append("| ")
                    .append(words.plain(part.part().name()))
                    .append(" | ")
                    .append(part.result())
                    .append(" | ")
                    .append(reasons)
                    .append(" |\n");
        }
        verdict.notes()
                .forEach(note -> text.append("\nNote: ").append(escape(note)).append(".\n"));
        return text.toString().stripTrailing();
    }

    private String impact() {
        Instant until = chronicle.levels().stream()
                .map(Chronicle.Level::endedAt)
                .reduce((a, b) -> a.isAfter(b) ? a : b)
                .orElse(incident.closedAt());
        return until == null
                ? "not ended"
                : words.duration(Duration.between(incident.openedAt(), until)) + " from the alert to the last proof";
    }

    private String dataLoss() {
        if (!chronicle.restored()) {
            return chronicle.losses().stream().anyMatch(loss -> !loss.data())
                    ? "NO: settings or a front end went back, no data; what failed is kept"
                    : "NO";
        }
        Collection<Chronicle.StoreLoss> data = chronicle.dataLosses();
        long rows = data.stream().mapToLong(Chronicle.StoreLoss::onlyLive).sum();
        long changed = data.stream().mapToLong(Chronicle.StoreLoss::changed).sum();
        return "YES: " + Words.some(rows, "row") + " only in the failed state, " + Words.some(changed, "row")
                + " changed since the backup; the failed state is kept";
    }

    private String losses() {
        StringBuilder text = new StringBuilder();
        for (Chronicle.StoreLoss loss : chronicle.losses()) {
            text.append("Store `")
                    .append(code(loss.store()))
                    .append("`, written between ")
                    .append(words.dateTime(loss.from()))
                    .append(" and ")
                    .append(words.dateTime(loss.to()))
                    .append(":\n\n| table | rows live | rows in the backup | only live | changed |\n")
                    .append("|---|--:|--:|--:|--:|\n");
            for (Chronicle.TableLoss table : loss.tables()) {
                text.append("| `%s` | %s | %s | %s | %s |%n"
                        .formatted(
                                code(table.table()),
                                words.count(table.live()),
                                words.count(table.backup()),
                                figure(table, table.onlyLive(), table.onlyLiveAtMost()),
                                figure(table, table.changed(), table.changedAtMost())));
            }
            if (loss.estimated()) {
                text.append("\nAn estimate: of tables marked with \"about\" only a part of the rows was compared.\n");
            }
            if (loss.file() != null && loss.file().name() != null) {
                text.append("\nThe rows themselves: `%s`, SHA-256 `%s`%s%n"
                        .formatted(
                                code(loss.file().name()),
                                loss.file().sha256(),
                                loss.file().cut() == null
                                        ? ""
                                        : ", not all of them: "
                                                + escape(loss.file().cut())));
            }
            text.append('\n');
        }
        return text.toString().stripTrailing();
    }

    private String figure(Chronicle.TableLoss table, long figure, long atMost) {
        return table.estimated()
                ? "about " + words.count(figure) + ", at most " + words.count(atMost)
                : words.count(figure);
    }

    private String budgets() {
        if (chronicle.levels().isEmpty()) {
            return "No level was run.";
        }
        StringBuilder text =
                new StringBuilder("| level | started | used | budget | waited for people |\n|---|---|--:|--:|--:|\n");
        for (Chronicle.Level level : chronicle.levels()) {
            text.append("| ")
                    .append(words.level(level.number()))
                    .append(" | ")
                    .append(words.time(level.startedAt()))
                    .append(" | ")
                    .append(words.duration(level.used()))
                    .append(level.overBudget() ? " (over)" : "")
                    .append(" | ")
                    .append(words.duration(level.budget()))
                    .append(" | ")
                    .append(words.duration(level.approvalWait()))
                    .append(" |\n");
        }
        return text.toString().stripTrailing();
    }

    private String approvals() {
        List<Evidence> approvals = chronicle.of(Kind.APPROVAL);
        if (approvals.isEmpty()) {
            return glasses() + "Nobody was asked.";
        }
        return glasses()
                + list(
                        approvals,
                        each -> words.dateTime(each.endedAt()) + ": **" + escape(each.actor()) + "** "
                                + escape(each.seen()) + " ("
                                + words.plain(each.outcome().name())
                                + ", plan `" + words.brief(each.planSha256()) + "`)");
    }

    /** A broken glass comes first, with what the reviewer says of it. */
    private String glasses() {
        List<Evidence> glasses = chronicle.entries().stream()
                .filter(each -> "breakGlass".equals(each.step()) || "reviewBreakGlass".equals(each.step()))
                .toList();
        return glasses.isEmpty()
                ? ""
                : "**A glass was broken:**\n\n"
                        + list(glasses, each -> words.dateTime(each.endedAt()) + ": " + escape(each.seen())) + "\n\n";
    }

    private String kept() {
        if (chronicle.kept().isEmpty()) {
            return "Nothing.";
        }
        String things = list(
                List.copyOf(chronicle.kept()),
                each -> (each.database() ? "database" : "container") + " `" + code(each.name()) + "`, since "
                        + words.dateTime(each.since()));
        return chronicle.canSwapBack()
                ? things + "\n\nTo bring the failed database back: `./sternway swap-back " + code(incident.id())
                        + " --reason TEXT`"
                : things;
    }

    private String nextSteps() {
        List<String> steps = new ArrayList<>();
        if (!verdict.success()) {
            steps.add("Find out why the verdict is no success, part by part.");
        }
        if (chronicle.restored()) {
            steps.add("Decide what of the lost rows is to be brought back from the kept database.");
        }
        steps.add("Find the root cause before the release is deployed again.");
        if (!chronicle.kept().isEmpty()) {
            steps.add("Discard what is kept when nobody needs it any more.");
        }
        return list(steps, each -> each);
    }

    private String timeline() {
        StringBuilder text = new StringBuilder(
                "| # | time | took | what | wanted | seen | outcome | by |\n|--:|---|--:|---|---|---|---|---|\n");
        for (Evidence each : chronicle.entries()) {
            text.append("| ")
                    .append(each.sequence())
                    .append(" | ")
                    .append(words.time(each.startedAt()))
                    .append(" | ")
                    .append(words.between(each.startedAt(), each.endedAt()))
                    .append(" | ")
                    .append(escape(words.plain(each.step() == null ? each.kind().name() : each.step())))
                    .append(each.target() == null ? "" : " `" + code(each.target()) + "`")
                    .append(" | ")
                    .append(escape(each.wanted()))
                    .append(" | ")
                    .append(escape(each.seen()))
                    .append(" | ")
                    .append(words.plain(each.outcome().name()))
                    .append(" | ")
                    .append(escape(each.actor()))
                    .append(" |\n");
        }
        return text.toString().stripTrailing();
    }

    private static String chain(String id, Chain.Head head, String broken) {
        String state = broken == null
                ? "The chain of " + Words.some(head.entries(), "entry") + " holds."
                : "**The chain is broken:** " + escape(broken) + ".";
        return state + " Its head is\n\n    " + head.hash()
                + "\n\nNote it where nobody who can write to Sternway's database"
                + " can write, and compare. To check: `./sternway verify-evidence " + code(id) + "`";
    }

    private static <T> String list(List<T> items, Function<T, String> line) {
        return items.stream().map(each -> "- " + line.apply(each)).collect(Collectors.joining("\n"));
    }

    /** Text from outside as plain text: it makes no markup, no link, no cell. */
    private static String escape(String text) {
        return text == null ? "" : SPECIAL.matcher(text).replaceAll("\\\\$1");
    }

    /** Text from outside within back quotes. */
    private static String code(String text) {
        return text == null ? "" : text.replace("`", "'").replace("|", "\\|");
    }

    private static String template() {
        try (InputStream file = IncidentReport.class.getResourceAsStream("/papers/incident-report.md")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
