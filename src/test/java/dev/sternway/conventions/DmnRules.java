package dev.sternway.conventions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.OutputEntry;
import org.camunda.bpm.model.dmn.instance.Rule;

/** The rules of a decision table. */
final class DmnRules {
    private static final String DRAWING = "https://www.omg.org/spec/DMN/20191111/DMNDI/";

    private DmnRules() {}

    static List<String> broken(DmnModelInstance model, String fileId) {
        List<String> broken = new ArrayList<>();
        Collection<Decision> decisions = model.getModelElementsByType(Decision.class);
        if (decisions.size() != 1) {
            broken.add(fileId + ": must hold one decision, got " + decisions.size());
        }
        for (Decision decision : decisions) {
            if (!decision.getId().equals(fileId)) {
                broken.add(decision.getId() + ": must have the file's name '" + fileId + "' as its id");
            }
            if (decision.getCamundaHistoryTimeToLiveString() == null) {
                broken.add(decision.getId() + ": must have a historyTimeToLive");
            }
            if (decision.getDescription() == null) {
                broken.add(decision.getId() + ": must have a description");
            }
        }
        model.getModelElementsByType(DecisionTable.class).forEach(table -> table(table, broken));
        if (model.getDocument().getElementsByNameNs(DRAWING, "DMNShape").isEmpty()) {
            broken.add(fileId + ": must be drawn");
        }
        return broken;
    }

    private static void table(DecisionTable table, List<String> broken) {
        Set<String> seen = new HashSet<>();
        for (Rule rule : table.getRules()) {
            if (!rule.getId().matches("rule_[a-zA-Z0-9]+(_[a-zA-Z0-9]+)*") || BpmnRules.generated(rule.getId())) {
                broken.add(rule.getId() + ": must be called rule_ and a name that speaks");
            }
            if (rule.getDescription() == null
                    || rule.getDescription().getTextContent().isBlank()) {
                broken.add(rule.getId() + ": must have a description in plain words");
            }
            List<OutputEntry> entries = List.copyOf(rule.getOutputEntries());
            List<org.camunda.bpm.model.dmn.instance.Output> outputs = List.copyOf(table.getOutputs());
            for (int i = 0; i < entries.size(); i++) {
                spelling(rule, outputs.get(i).getName(), entries.get(i), broken);
                naming(rule, outputs.get(i).getName(), entries.get(i), seen, broken);
            }
        }
    }

    /** A row's output names the row as its id does, once, and its reason is its description. */
    private static void naming(Rule rule, String output, OutputEntry entry, Set<String> seen, List<String> broken) {
        String value = entry.getText().getTextContent().strip().replaceAll("^\"|\"$", "");
        if (output.equals("rule")) {
            if (!seen.add(value)) {
                broken.add(rule.getId() + ": another row has the rule id '" + value + "'");
            }
            if (!value.matches("S\\d-\\d\\d\\.[a-zA-Z]+")) {
                broken.add(rule.getId() + ": rule id '" + value + "' must be a requirement, a dot and a word");
            }
            if (!rule.getId().equals("rule_" + value.replaceAll("[^a-zA-Z0-9]+", "_"))) {
                broken.add(rule.getId() + ": must be called as its rule id '" + value + "'");
            }
        }
        if (output.equals("reason")
                && (rule.getDescription() == null
                        || !value.equals(rule.getDescription().getTextContent().strip()))) {
            broken.add(rule.getId() + ": must have its reason as its description");
        }
    }

    /** A value written as a constant must be one: severity → Severity. */
    private static void spelling(Rule rule, String output, OutputEntry entry, List<String> broken) {
        String value = entry.getText().getTextContent().strip();
        if (!value.matches("\"[A-Z][A-Z_]+\"")) {
            return;
        }
        String constant = value.substring(1, value.length() - 1);
        String type = output.substring(0, 1).toUpperCase(Locale.ROOT) + output.substring(1);
        Optional<Set<String>> known = House.constantsOf(type);
        if (known.isEmpty()) {
            broken.add(rule.getId() + ": gives '" + constant + "' for " + output + ", but there is no enum " + type);
        } else if (!known.get().contains(constant)) {
            broken.add(rule.getId() + ": gives '" + constant + "' for " + output + ", but " + type + " has "
                    + known.get().stream().sorted().toList());
        }
    }
}
