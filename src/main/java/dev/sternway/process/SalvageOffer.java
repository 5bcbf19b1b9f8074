package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Words;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was found that could be brought back, and what a person may choose of it. */
record SalvageOffer(JsonNode details) {

    /** One table of one store. */
    private record Offered(String store, JsonNode table) {
        String name() {
            return table.path("table").asText();
        }

        boolean isCalled(String name) {
            return name.equals(name()) || name.equals(store + "/" + name());
        }
    }

    /**
     * What a person chose.
     *
     * @param rows as many rows at most
     */
    record Chosen(String store, List<String> tables, long rows) {}

    static SalvageOffer of(JsonNode details) {
        return new SalvageOffer(details);
    }

    private List<Offered> offered() {
        List<Offered> all = new ArrayList<>();
        for (JsonNode store : details.path("stores")) {
            for (JsonNode table : store.path("tables")) {
                all.add(new Offered(store.path("store").asText(), table));
            }
        }
        return all;
    }

    /** A line for each table that has something. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (JsonNode store : details.path("stores")) {
            if (store.hasNonNull("obstacle")) {
                text.append(store.path("store").asText())
                        .append(": ")
                        .append(store.path("obstacle").asText())
                        .append(System.lineSeparator());
            }
        }
        for (Offered each : offered()) {
            JsonNode table = each.table();
            if (table.path("missing").asLong() + table.path("changed").asLong() > 0) {
                text.append(line(each)).append(System.lineSeparator());
            }
        }
        return text.isEmpty()
                ? "Nothing: the live database has every row."
                : text.toString().strip();
    }

    private static String line(Offered each) {
        JsonNode table = each.table();
        StringBuilder line = new StringBuilder(each.store() + "/" + each.name() + ": "
                + Words.some(table.path("missing").asLong(), "row") + " missing, "
                + table.path("changed").asLong() + " with other values");
        if (table.hasNonNull("obstacle")) {
            return line.append("; not offered: ")
                    .append(table.path("obstacle").asText())
                    .toString();
        }
        conflict(line, table, "uniqueConflicts", "whose unique values another row has");
        conflict(line, table, "parentConflicts", "that refer to rows that are nowhere");
        if (!table.path("needs").isEmpty()) {
            line.append("; needs ").append(join(table.path("needs"))).append(" too");
        }
        if (!table.path("leftBehind").isEmpty()) {
            line.append("; without ").append(join(table.path("leftBehind")));
        }
        return line.toString();
    }

    private static void conflict(StringBuilder line, JsonNode table, String key, String words) {
        if (table.path(key).asLong() > 0) {
            line.append("; CONFLICT: ")
                    .append(table.path(key).asLong())
                    .append(' ')
                    .append(words);
        }
    }

    private static String join(JsonNode names) {
        List<String> all = new ArrayList<>();
        names.forEach(name -> all.add(name.asText()));
        return String.join(", ", all);
    }

    /**
     * What was typed, as it stands in the offer.
     *
     * @throws Refusal when a table is not offered, or tables of several stores are named
     */
    Chosen choose(List<String> names, boolean onlyMissing) {
        if (names.isEmpty()) {
            throw refused("no table is named", "name one or more of " + names() + ".");
        }
        Set<String> stores = new LinkedHashSet<>();
        Set<String> tables = new LinkedHashSet<>();
        long rows = 0;
        for (String name : names) {
            List<Offered> found =
                    offered().stream().filter(each -> each.isCalled(name)).toList();
            if (found.size() != 1) {
                throw refused(
                        found.isEmpty() ? "'" + name + "' is not offered" : "'" + name + "' is in several stores",
                        "name one or more of " + names() + ".");
            }
            JsonNode table = found.get(0).table();
            if (table.hasNonNull("obstacle")) {
                throw refused(
                        "'" + name + "' cannot be brought back: "
                                + table.path("obstacle").asText(),
                        "leave it out.");
            }
            stores.add(found.get(0).store());
            if (tables.add(found.get(0).name())) {
                rows += table.path("missing").asLong()
                        + (onlyMissing ? 0 : table.path("changed").asLong());
            }
        }
        if (stores.size() > 1) {
            throw refused(
                    "the tables are of several stores: " + stores, "bring back those of one store after the other.");
        }
        if (rows == 0) {
            throw refused(
                    "there is no such row in " + tables,
                    onlyMissing ? "choose all rows, or another table." : "choose another table.");
        }
        return new Chosen(stores.iterator().next(), List.copyOf(tables), rows);
    }

    private List<String> names() {
        return offered().stream()
                .filter(each -> !each.table().hasNonNull("obstacle"))
                .filter(each -> each.table().path("missing").asLong()
                                + each.table().path("changed").asLong()
                        > 0)
                .map(each -> each.store() + "/" + each.name())
                .toList();
    }

    private static Refusal refused(String fact, String hint) {
        return new Refusal(ErrorCode.SALVAGE_CHOICE_INVALID, fact, hint);
    }
}
