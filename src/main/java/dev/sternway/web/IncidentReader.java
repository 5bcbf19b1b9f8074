package dev.sternway.web;

import dev.sternway.alert.IncidentAlerts;
import dev.sternway.evidence.Chain;
import dev.sternway.evidence.Chronicle;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.IncidentReport;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Verdict;
import dev.sternway.process.OpenTasks;
import dev.sternway.web.IncidentRows.IncidentRow;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Brings together what pages and API tell of an incident. */
@Component
class IncidentReader {

    /** An incident in a list with its last decision, or null before there is one. */
    record Listed(IncidentRow row, Chronicle.Decision decision) {}

    private final IncidentRows rows;
    private final Ledger ledger;
    private final OpenTasks tasks;
    private final NotificationsView.Reader notifications;
    private final DecisionReader decisions;
    private final IncidentAlerts alerts;
    private final PeopleView.Reader people;

    IncidentReader(
            IncidentRows rows,
            Ledger ledger,
            OpenTasks tasks,
            NotificationsView.Reader notifications,
            DecisionReader decisions,
            IncidentAlerts alerts,
            PeopleView.Reader people) {
        this.rows = rows;
        this.ledger = ledger;
        this.tasks = tasks;
        this.notifications = notifications;
        this.decisions = decisions;
        this.alerts = alerts;
        this.people = people;
    }

    List<Listed> list() {
        List<IncidentRow> all = rows.newest();
        Map<String, Evidence> decisions =
                ledger.last("decideRollback", all.stream().map(IncidentRow::id).toList());
        return all.stream()
                .map(row -> new Listed(row, decision(decisions.get(row.id()))))
                .toList();
    }

    IncidentRow row(String id) {
        return rows.find(id).orElseThrow(() -> new IncidentNotFound(id));
    }

    List<Evidence> evidence(String id) {
        row(id);
        return ledger.of(id);
    }

    IncidentView view(String id) {
        IncidentRow row = row(id);
        List<Evidence> entries = ledger.of(id);
        Verdict verdict = Verdict.of(entries);
        return new IncidentView(
                row,
                new Chronicle(entries),
                ledger.head(id).orElse(new Chain.Head(0, Chain.START)),
                ledger.firstBreak(id).orElse(null),
                verdict,
                tasks.of(id),
                rows.running(id),
                notifications.read(id, row.open(), entries, verdict),
                decisions.of(id),
                AlertsView.of(alerts, id),
                people.read(id));
    }

    /** Some of the incident's alerts. */
    AlertsPage alerts(String id, int number, int size) {
        row(id);
        return AlertsPage.of(alerts, id, number, size);
    }

    /** The paper of the incident in Markdown. */
    String report(String id) {
        IncidentView view = view(id);
        IncidentRow row = view.row();
        return IncidentReport.write(
                new IncidentReport.Incident(
                        row.id(), row.systemId(), row.title(), row.state(), row.openedAt(), row.closedAt()),
                view.entries(),
                view.head(),
                view.broken());
    }

    private static Chronicle.Decision decision(Evidence entry) {
        return entry == null ? null : new Chronicle(List.of(entry)).decision().orElse(null);
    }
}
