package dev.sternway.process;

import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The decision tables that this version of Sternway brings, asked without database and process engine. */
public final class PackagedTables {
    private final DecisionTables tables;
    private final Weighing weighing;

    /**
     * @param disabledRules ids of rows or requirements that do not count
     * @throws dev.sternway.port.Refusal when no row has such an id
     */
    public PackagedTables(List<String> disabledRules) {
        Map<String, DecisionTable> read = new HashMap<>();
        DecisionTables.ALL.forEach(id -> read.put(id, read(id)));
        tables = new DecisionTables(read);
        tables.refuseUnknown(disabledRules);
        weighing = new Weighing(null, new DisabledRules(new DecisionSettings(disabledRules), null));
    }

    /** As {@link Weighing#weigh(List)} with the deployed ones. */
    public Decision weigh(List<AlertFacts> alerts) {
        return weighing.weigh(tables, alerts);
    }

    private static DecisionTable read(String id) {
        try (InputStream xml = PackagedTables.class.getResourceAsStream("/processes/" + id + ".dmn")) {
            return DecisionTable.read(id, 0, xml.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("decision table '" + id + "' cannot be read", e);
        }
    }
}
