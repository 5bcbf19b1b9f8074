package dev.sternway.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Chronicle.StoreLoss;
import dev.sternway.evidence.Chronicle.TableLoss;
import dev.sternway.evidence.Evidence.Outcome;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The report of a loss of data (S4-18): when, back to which backup, what window, how many rows of which table, and what is
 * done about it by whom. Everything in it comes from the evidence.
 */
public final class DataLossReport {
    private static final Pattern SPECIAL = Pattern.compile("([\\\\`*_{}\\[\\]<>#|!~])");

    /** The steps that people take, and how the report names them. */
    private static final Map<String, String> ACTIONS = new LinkedHashMap<>();

    static {
        ACTIONS.put("notifyUsers", "Notify users");
        ACTIONS.put("reviewLostTransactions", "Review lost transactions");
        ACTIONS.put("judgeManualRecovery", "Manual recovery needed?");
    }

    private static final Set<Outcome> DONE = Set.of(Outcome.PROVED, Outcome.ALREADY);

    private final String incidentId;
    private final String systemId;
    private final List<Evidence> entries;
    private final Chronicle chronicle;
    private final Words words = new Words();

    private DataLossReport(String incidentId, String systemId, List<Evidence> entries) {
        this.incidentId = incidentId;
        this.systemId = systemId;
        this.entries = entries;
        this.chronicle = new Chronicle(entries);
    }

    public static DataLossReport of(String incidentId, String systemId, List<Evidence> entries) {
        return new DataLossReport(incidentId, systemId, entries);
    }

    /** A few lines for people who are asked to do something about it. */
    public String summary() {
        Collection<StoreLoss> losses = chronicle.dataLosses();
        return "%s only in the failed database, %s with other values there.%n"
                        .formatted(
                                Words.some(
                                        losses.stream()
                                                .mapToLong(StoreLoss::onlyLive)
                                                .sum(),
                                        "row"),
                                Words.some(
                                        losses.stream()
                                                .mapToLong(StoreLoss::changed)
                                                .sum(),
                                        "row"))
                + losses.stream()
                        .map(loss -> "Store %s, written between %s and %s:%n%s"
                                .formatted(
                                        loss.store(),
                                        words.dateTime(loss.from()),
                                        words.dateTime(loss.to()),
                                        loss.tables().stream()
                                                .filter(table -> table.onlyLive() + table.changed() > 0)
                                                .map(table -> "%s: %s lost, %s changed"
                                                        .formatted(
                                                                table.table(),
                                                                figure(table, table.onlyLive(), table.onlyLiveAtMost()),
                                                                figure(table, table.changed(), table.changedAtMost())))
                                                .collect(Collectors.joining(System.lineSeparator()))))
                        .collect(Collectors.joining(System.lineSeparator()));
    }

    private String figure(TableLoss table, long figure, long atMost) {
        return table.estimated()
                ? "about " + words.count(figure) + ", at most " + words.count(atMost)
                : words.count(figure);
    }

    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Data loss report ").append(escape(incidentId)).append("\n\n| | |\n|---|---|\n");
        row(text, "Date", restoredAt().map(words::dateTime).orElse("no restore has ended"));
        row(text, "System", escape(systemId));
        row(text, "Backup used", backup().map(id -> "`" + code(id) + "`").orElse("not known"));
        row(text, "Data loss window", window());
        row(text, "Approved by", approvedBy());
        text.append("\n## Affected data\n\n").append(affected());
        text.append("\n## Recovery actions\n\n| action | state | by | when (UTC) | what |\n|---|---|---|---|---|\n");
        ACTIONS.forEach((step, title) -> action(text, step, title));
        salvages(text);
        text.append("\nWhat is not brought back stands in the kept database until it is discarded: ")
                .append(kept())
                .append(".\n");
        return text.toString();
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("| **").append(name).append("** | ").append(value).append(" |\n");
    }

    private Optional<Evidence> swap() {
        return entries.stream()
                .filter(entry -> "swapStore".equals(entry.step()) && DONE.contains(entry.outcome()))
                .reduce((older, newer) -> newer);
    }

    private Optional<Instant> restoredAt() {
        return swap().map(Evidence::endedAt);
    }

    private Optional<String> backup() {
        String plan = swap().map(Evidence::planSha256).orElse(null);
        return chronicle.plans().stream()
                .filter(each -> plan != null && plan.equals(each.sha256()))
                .map(Chronicle.Planned::backupId)
                .filter(Objects::nonNull)
                .reduce((older, newer) -> newer);
    }

    private String window() {
        return chronicle.dataLosses().stream()
                .map(loss -> words.dateTime(loss.from()) + " to " + words.dateTime(loss.to()) + " (store `"
                        + code(loss.store()) + "`)")
                .collect(Collectors.joining("; "));
    }

    private String approvedBy() {
        String plan = swap().map(Evidence::planSha256).orElse(null);
        return chronicle.of(Evidence.Kind.APPROVAL).stream()
                .filter(each -> each.outcome() == Outcome.PROVED && Objects.equals(plan, each.planSha256()))
                .map(each -> escape(each.actor()))
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    private String affected() {
        StringBuilder text = new StringBuilder();
        for (StoreLoss loss : chronicle.dataLosses()) {
            text.append("Store `")
                    .append(code(loss.store()))
                    .append("`:\n\n| table | rows lost | rows changed back | rows before | rows in the backup |\n")
                    .append("|---|--:|--:|--:|--:|\n");
            for (TableLoss table : loss.tables()) {
                text.append("| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                                code(table.table()),
                                figure(table, table.onlyLive(), table.onlyLiveAtMost()),
                                figure(table, table.changed(), table.changedAtMost()),
                                words.count(table.live()),
                                words.count(table.backup())));
            }
            if (loss.estimated()) {
                text.append("\nAn estimate: of large tables only a part of the rows was compared.\n");
            }
            if (loss.file() != null && loss.file().name() != null) {
                text.append("\nThe rows: `")
                        .append(code(loss.file().name()))
                        .append("`, SHA-256 `")
                        .append(loss.file().sha256())
                        .append(loss.file().cut() == null ? "`\n" : "`, not all of them\n");
            }
        }
        return text.isEmpty() ? "No loss was measured.\n" : text.toString();
    }

    private void action(StringBuilder text, String step, String title) {
        Optional<Evidence> done = entries.stream()
                .filter(entry -> step.equals(entry.step()) && entry.details().has("choice"))
                .reduce((older, newer) -> newer);
        if (done.isEmpty()) {
            text.append("| ").append(title).append(" | open | – | – | – |\n");
            return;
        }
        JsonNode details = done.get().details();
        text.append("| %s | %s | %s | %s | %s |\n"
                .formatted(
                        title,
                        words.plain(details.path("choice").asText()).toLowerCase(java.util.Locale.ROOT),
                        escape(done.get().actor()),
                        words.dateTime(done.get().endedAt()),
                        escape(details.path("text").asText().replaceAll("\\s+", " "))));
    }

    private void salvages(StringBuilder text) {
        for (Evidence entry : entries) {
            boolean applied = "applySalvage".equals(entry.step());
            if ((applied || "undoSalvage".equals(entry.step())) && DONE.contains(entry.outcome())) {
                text.append("| %s | done | Sternway, as chosen and approved | %s | %s |\n"
                        .formatted(
                                applied ? "Bring rows back" : "Undo the salvage",
                                words.dateTime(entry.endedAt()),
                                escape(entry.wanted() + ": " + entry.seen())));
            }
        }
    }

    private String kept() {
        String names = chronicle.kept().stream()
                .filter(Chronicle.Kept::database)
                .map(each -> "`" + code(each.name()) + "`")
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none is kept" : names;
    }

    /** Text from outside as plain text: it makes no markup, no link, no cell. */
    private static String escape(String text) {
        return text == null ? "" : SPECIAL.matcher(text).replaceAll("\\\\$1");
    }

    private static String code(String text) {
        return text == null ? "" : text.replace("`", "'").replace("|", "\\|");
    }
}
