package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.References.Foreign;
import dev.sternway.adapter.postgres.RowWalk.Sides;
import dev.sternway.adapter.postgres.RowWalk.Tally;
import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.port.DataStore.Depth;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.RowSalvage.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Lays the rows that a kept database has and the live one has not into temporary tables of the live database, where its
 * own server tells which of them would be in conflict; for one session and one transaction.
 */
final class Salvage {
    private static final String MISSING = "missing";
    private static final String CHANGED = "changed";

    private final Connection live;
    private final Connection looking;
    private final Connection kept;
    private final Progress progress;
    private final Map<Table, Candidate> staged = new LinkedHashMap<>();
    private List<Foreign> foreign = List.of();

    /**
     * @param live the session that the temporary tables live in
     * @param looking a second session in the live database, which only reads
     * @param kept a session in the kept database
     */
    Salvage(Connection live, Connection looking, Connection kept, Progress progress) {
        this.live = live;
        this.looking = looking;
        this.kept = kept;
        this.progress = progress;
    }

    /** A table whose rows are laid in under a number. */
    record Candidate(Table table, int number, List<String> key, List<String> columns, List<String> leftBehind) {
        String stage() {
            return Stage.name(number);
        }

        /** The condition that a row of the table, l, and a laid in one, s, have the same key. */
        String sameKey() {
            return key.stream()
                    .map(column -> "l." + Sql.name(column) + " = s." + Sql.name(column))
                    .collect(Collectors.joining(" and "));
        }

        String list(String alias) {
            return columns.stream().map(column -> alias + Sql.name(column)).collect(Collectors.joining(", "));
        }
    }

    /** Laid in rows by their table. */
    Map<Table, Candidate> staged() {
        return staged;
    }

    List<Foreign> foreign() {
        return foreign;
    }

    /**
     * Lays rows in.
     *
     * @param wanted null for all tables
     * @return what is known of the tables before their conflicts are looked for
     */
    List<Found> stage(Set<String> wanted) throws SQLException {
        foreign = References.all(live);
        Set<Table> here = new TreeSet<>(Tables.list(looking));
        List<Found> found = new ArrayList<>();
        List<Table> all = Tables.list(kept).stream()
                .filter(table -> wanted == null || wanted.contains(table.toString()))
                .toList();
        for (Table table : all) {
            progress.report(90 * found.size() / Math.max(1, all.size()), "looking for lost rows of " + table);
            found.add(here.contains(table) ? stage(table) : gone(table));
        }
        return found;
    }

    private Found gone(Table table) throws SQLException {
        return new Found(
                table.toString(),
                Tables.count(kept, table),
                0,
                0,
                0,
                List.of(),
                List.of(),
                "the live database has no such table");
    }

    private Found stage(Table table) throws SQLException {
        Sides sides = Sides.of(kept, looking, table);
        List<String> leftBehind = new ArrayList<>(sides.liveColumns());
        leftBehind.removeAll(sides.common());
        if (!sides.byKey()) {
            Tally tally = new RowWalk(kept, looking, sides, LostRows.NONE).over("");
            return new Found(
                    table.toString(),
                    tally.onlyLive(),
                    0,
                    0,
                    0,
                    List.of(),
                    leftBehind,
                    "it has no primary key in both databases, so that its rows cannot be told apart");
        }
        List<String> columns = new ArrayList<>(sides.common());
        columns.removeAll(Columns.generated(live, table));
        Candidate candidate = new Candidate(table, staged.size() + 1, sides.key(), columns, leftBehind);
        Stage stage = new Stage(live, candidate.number(), table, columns);
        Tally tally;
        try {
            RowWalk walk = new RowWalk(kept, looking, sides, new Into(stage, sides.liveColumns(), columns));
            long rows = Tables.count(kept, table);
            tally = rows > Depth.EVERY_ROW.rangesAbove() ? KeyRanges.walk(kept, looking, walk, rows, progress) : null;
            tally = tally == null ? walk.over("") : tally;
            stage.close();
        } catch (SQLException | RuntimeException e) {
            stage.cancel();
            throw e;
        }
        staged.put(table, candidate);
        return new Found(table.toString(), tally.onlyLive(), tally.changed(), 0, 0, List.of(), leftBehind, null);
    }

    /** Lays what the walk finds into a stage. */
    private record Into(Stage stage, List<String> from, List<String> columns) implements LostRows {
        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void table(String table, List<String> names) {
            // one stage is for one table
        }

        @Override
        public void row(Why why, List<String> values) {
            stage.row(
                    columns.stream()
                            .map(column -> values.get(from.indexOf(column)))
                            .toList(),
                    why == Why.ONLY_LIVE ? MISSING : CHANGED);
        }
    }

    /** As it is now: what was written into the live database since the walk counts. */
    void classify(boolean onlyMissing) throws SQLException {
        for (Candidate each : staged.values()) {
            String mark = Sql.name(Stage.MARK);
            String there = " from " + each.table().quoted() + " l where " + each.sameKey();
            Sql.run(
                    live,
                    "update " + each.stage() + " s set " + mark + " = case when exists (select" + there + ") then '"
                            + CHANGED + "' else '" + MISSING + "' end");
            Sql.run(
                    live,
                    "delete from " + each.stage() + " s where " + mark + " = '" + CHANGED + "' and "
                            + (onlyMissing
                                    ? "true"
                                    : "exists (select" + there + " and row(" + each.list("l.") + ")::text = row("
                                            + each.list("s.") + ")::text)"));
        }
    }

    /** Takes out rows whose unique values another live row has; gives their number per table. */
    Map<Table, Long> withoutUniqueConflicts() throws SQLException {
        Map<Table, Long> out = new LinkedHashMap<>();
        for (Candidate each : staged.values()) {
            long rows = 0;
            for (List<String> unique : References.unique(live, each.table())) {
                if (each.columns().containsAll(unique)) {
                    String same = unique.stream()
                            .map(column -> "l." + Sql.name(column) + " = s." + Sql.name(column))
                            .collect(Collectors.joining(" and "));
                    rows += Sql.number(
                            live,
                            "with gone as (delete from " + each.stage() + " s where exists (select from "
                                    + each.table().quoted() + " l where " + same + " and not (" + each.sameKey()
                                    + ")) returning 1) select count(*) from gone");
                }
            }
            out.put(each.table(), rows);
        }
        return out;
    }

    /** Takes out rows that refer to a row that is neither live nor among those laid in, until none does. */
    Map<Table, Long> withoutParentConflicts() throws SQLException {
        Map<Table, Long> out = new LinkedHashMap<>();
        staged.keySet().forEach(table -> out.put(table, 0L));
        boolean again = true;
        while (again) {
            again = false;
            for (Foreign each : foreign) {
                Candidate child = staged.get(each.child());
                if (child != null && child.columns().containsAll(each.childColumns())) {
                    long rows = Sql.number(
                            live,
                            "with gone as (delete from " + child.stage() + " s where " + complete(each) + " and not "
                                    + isLive(each) + " and not " + isStaged(each)
                                    + " returning 1) select count(*) from gone");
                    out.merge(each.child(), rows, Long::sum);
                    again |= rows > 0;
                }
            }
        }
        return out;
    }

    /** Tables whose missing rows the table's rows refer to. */
    Set<String> needs(Table table) throws SQLException {
        Set<String> needs = new LinkedHashSet<>();
        for (Foreign each : foreign) {
            Candidate child = staged.get(table);
            if (each.child().equals(table)
                    && !each.parent().equals(table)
                    && child.columns().containsAll(each.childColumns())) {
                long rows = Sql.number(
                        live,
                        "select count(*) from " + child.stage() + " s where " + complete(each) + " and not "
                                + isLive(each));
                if (rows > 0) {
                    needs.add(each.parent().toString());
                }
            }
        }
        return needs;
    }

    private static String complete(Foreign foreign) {
        return foreign.childColumns().stream()
                .map(column -> "s." + Sql.name(column) + " is not null")
                .collect(Collectors.joining(" and "));
    }

    private static String isLive(Foreign foreign) {
        return "exists (select from " + foreign.parent().quoted() + " p where " + refers(foreign) + ")";
    }

    private String isStaged(Foreign foreign) {
        Candidate parent = staged.get(foreign.parent());
        return parent == null || !parent.columns().containsAll(foreign.parentColumns())
                ? "false"
                : "exists (select from " + parent.stage() + " p where " + refers(foreign) + ")";
    }

    private static String refers(Foreign foreign) {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < foreign.childColumns().size(); i++) {
            conditions.add("p." + Sql.name(foreign.parentColumns().get(i)) + " = s."
                    + Sql.name(foreign.childColumns().get(i)));
        }
        return String.join(" and ", conditions);
    }
}
