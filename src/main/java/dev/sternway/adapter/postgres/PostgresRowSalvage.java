package dev.sternway.adapter.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.adapter.postgres.Salvage.Candidate;
import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Brings rows back into a PostgreSQL database; the kept one is opened for this session only. */
final class PostgresRowSalvage implements RowSalvage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final String PURPOSE = "salvage";
    private static final String UNDO = "pg_temp.sternway_undo";
    private static final int FETCH = 2_000;
    /** Violated constraints, values that a column does not take, and rows that others hold. */
    private static final Set<String> AGAINST_IT = Set.of("22", "23", "42", "44");

    private final BiFunction<ManagedSystem, Store, PostgresServer> servers;

    PostgresRowSalvage(BiFunction<ManagedSystem, Store, PostgresServer> servers) {
        this.servers = servers;
    }

    /** What is done with rows that are laid in. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Salvage salvage, Connection live) throws SQLException;
    }

    private <T> T salvage(PostgresServer server, String keptName, Progress progress, Work<T> work) {
        String database = server.store().database();
        try (Connection live = server.open(database, PURPOSE, PostgresServer.LONG);
                Connection looking = server.open(database, PURPOSE, PostgresServer.LONG);
                Connection kept = new Swap(server).enter(keptName, PURPOSE, PostgresServer.LONG)) {
            Comparison.asOfNow(looking);
            Comparison.asOfNow(kept);
            live.setAutoCommit(false);
            return work.with(new Salvage(live, looking, kept, progress), live);
        } catch (UncheckedIOException e) {
            throw e.getCause().getCause() instanceof SQLException sql ? refusedOr(server, PURPOSE, sql) : e;
        } catch (SQLException e) {
            throw refusedOr(server, PURPOSE, e);
        }
    }

    private static RuntimeException refusedOr(PostgresServer server, String what, SQLException e) {
        String state = e.getSQLState();
        if (state != null && state.length() == 5 && AGAINST_IT.contains(state.substring(0, 2))) {
            return new Refusal(
                    ErrorCode.SALVAGE_CONFLICT,
                    "the live database does not take the rows: " + e.getMessage(),
                    "choose fewer tables, or bring these rows back by hand; nothing was written.");
        }
        return server.failure(what, e);
    }

    @Override
    public List<Found> find(ManagedSystem system, Store store, String kept, Progress progress) {
        return salvage(servers.apply(system, store), kept, progress, (salvage, live) -> {
            List<Found> found = salvage.stage(null);
            salvage.classify(true);
            Map<Table, Long> unique = salvage.withoutUniqueConflicts();
            Map<Table, Long> parents = salvage.withoutParentConflicts();
            List<Found> whole = new ArrayList<>();
            for (Found each : found) {
                Candidate candidate = salvage.staged().values().stream()
                        .filter(one -> one.table().toString().equals(each.table()))
                        .findFirst()
                        .orElse(null);
                whole.add(
                        candidate == null
                                ? each
                                : new Found(
                                        each.table(),
                                        each.missing(),
                                        each.changed(),
                                        unique.get(candidate.table()),
                                        parents.get(candidate.table()),
                                        List.copyOf(salvage.needs(candidate.table())),
                                        each.leftBehind(),
                                        null));
            }
            live.rollback();
            progress.report(100, "looked");
            return whole;
        });
    }

    @Override
    public Applied apply(
            ManagedSystem system, Store store, String kept, Choice choice, Journal journal, Progress progress) {
        return salvage(servers.apply(system, store), kept, progress, (salvage, live) -> {
            try {
                Applied applied = write(salvage, live, choice, journal);
                // The last moment: nothing is live yet.
                Mandate.require();
                live.commit();
                return applied;
            } catch (SQLException | RuntimeException e) {
                rollBack(live, e);
                throw e;
            }
        });
    }

    /** A second failure says nothing that the first did not. */
    private static void rollBack(Connection live, Exception cause) {
        try {
            live.rollback();
        } catch (SQLException alsoFailed) {
            cause.addSuppressed(alsoFailed);
        }
    }

    private Applied write(Salvage salvage, Connection live, Choice choice, Journal journal) throws SQLException {
        List<Found> found = salvage.stage(new TreeSet<>(choice.tables()));
        require(choice, found);
        salvage.classify(choice.onlyMissing());
        Map<String, Long> leftOut = new TreeMap<>();
        salvage.withoutUniqueConflicts().forEach((table, rows) -> leftOut.merge(table.toString(), rows, Long::sum));
        salvage.withoutParentConflicts().forEach((table, rows) -> leftOut.merge(table.toString(), rows, Long::sum));
        leftOut.values().removeIf(rows -> rows == 0);
        requireFew(salvage, live, choice);
        Sql.run(
                live,
                "create temporary table sternway_undo (number bigint generated always as identity, tab text, key jsonb,"
                        + " before jsonb, after_hash text) on commit drop");
        Map<String, Long> updated = new TreeMap<>();
        Map<String, Long> inserted = new TreeMap<>();
        List<Table> order = References.parentsFirst(salvage.staged().keySet(), salvage.foreign());
        for (Table table : order) {
            Candidate each = salvage.staged().get(table);
            if (!choice.onlyMissing()) {
                updated.put(table.toString(), overwrite(live, each));
            }
            inserted.put(table.toString(), insert(live, each));
        }
        for (Table table : order) {
            hash(live, salvage.staged().get(table));
        }
        journal.keep(
                Sql.value(live, "select pg_current_xact_id()::text"),
                shapes(salvage, order),
                consumer -> written(live, consumer));
        return new Applied(inserted, updated, leftOut);
    }

    private static void require(Choice choice, List<Found> found) {
        for (String table : choice.tables()) {
            Found one = found.stream()
                    .filter(each -> each.table().equals(table))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(
                            ErrorCode.SALVAGE_CONFLICT,
                            "the kept database has no table '" + table + "'",
                            "./sternway salvage INCIDENT lists the tables that there are."));
            if (one.obstacle() != null) {
                throw new Refusal(
                        ErrorCode.SALVAGE_CONFLICT,
                        "rows of table '" + table + "' cannot be brought back: " + one.obstacle(),
                        "leave it out; its rows stand in the kept database and in the file of lost rows.");
            }
        }
    }

    private static void requireFew(Salvage salvage, Connection live, Choice choice) throws SQLException {
        long rows = 0;
        for (Candidate each : salvage.staged().values()) {
            rows += Sql.number(live, "select count(*) from " + each.stage());
        }
        if (rows > choice.mostRows()) {
            throw new Refusal(
                    ErrorCode.SALVAGE_CONFLICT,
                    rows + " rows would be written, " + choice.mostRows() + " were chosen and approved",
                    "look again and choose anew; nothing was written.");
        }
    }

    private static long overwrite(Connection live, Candidate each) throws SQLException {
        String from = " from " + each.table().quoted() + " l join " + each.stage() + " s on " + each.sameKey()
                + " where s." + Sql.name(Stage.MARK) + " = 'changed'";
        Sql.run(live, "select 1" + from + " for update of l");
        Sql.run(
                live,
                "insert into " + UNDO + " (tab, key, before) select "
                        + Sql.text(each.table().toString()) + ", " + texts("l.", each.key()) + ", "
                        + texts("l.", each.columns()) + from);
        List<String> settable = new ArrayList<>(each.columns());
        settable.removeAll(each.key());
        settable.removeAll(Columns.alwaysGiven(live, each.table()));
        if (settable.isEmpty()) {
            return 0;
        }
        String set = settable.stream()
                .map(column -> Sql.name(column) + " = s." + Sql.name(column))
                .collect(Collectors.joining(", "));
        return changes(
                live,
                "update " + each.table().quoted() + " l set " + set + " from " + each.stage() + " s where "
                        + each.sameKey() + " and s." + Sql.name(Stage.MARK) + " = 'changed'");
    }

    private static long insert(Connection live, Candidate each) throws SQLException {
        String from = " from " + each.stage() + " s where s." + Sql.name(Stage.MARK) + " = 'missing'";
        Sql.run(
                live,
                "insert into " + UNDO + " (tab, key) select "
                        + Sql.text(each.table().toString()) + ", " + texts("s.", each.key()) + from);
        return changes(
                live,
                "insert into " + each.table().quoted() + " (" + each.list("") + ") overriding system value select "
                        + each.list("s.") + from);
    }

    /** What became of the rows, after all triggers. */
    private static void hash(Connection live, Candidate each) throws SQLException {
        Sql.run(
                live,
                "update " + UNDO + " u set after_hash = md5(row(" + each.list("l.") + ")::text) from "
                        + each.table().quoted() + " l where u.tab = "
                        + Sql.text(each.table().toString())
                        + " and u.key = " + texts("l.", each.key()));
        long gone = Sql.number(
                live,
                "select count(*) from " + UNDO + " where after_hash is null and tab = "
                        + Sql.text(each.table().toString()));
        if (gone > 0) {
            throw new Refusal(
                    ErrorCode.SALVAGE_CONFLICT,
                    gone + " rows of table '" + each.table() + "' are not there after they were written: a trigger or"
                            + " a rule keeps them out",
                    "bring these rows back by hand; nothing was written.");
        }
    }

    private static String texts(String alias, List<String> columns) {
        return columns.stream()
                .map(column -> alias + Sql.name(column) + "::text")
                .collect(Collectors.joining(", ", "to_jsonb(array[", "]::text[])"));
    }

    private static long changes(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.executeLargeUpdate();
        }
    }

    private static List<RowShape> shapes(Salvage salvage, List<Table> order) {
        return order.stream()
                .map(salvage.staged()::get)
                .map(each -> new RowShape(each.table().toString(), each.key(), each.columns()))
                .toList();
    }

    private static void written(Connection live, Consumer<Written> consumer) {
        try (PreparedStatement statement = live.prepareStatement(
                "select tab, key::text, before::text, after_hash from " + UNDO + " order by number")) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String before = rows.getString(3);
                    consumer.accept(new Written(
                            rows.getString(1),
                            list(rows.getString(2)),
                            before == null ? null : list(before),
                            rows.getString(4)));
                }
            }
        } catch (SQLException | JsonProcessingException e) {
            throw new IllegalStateException("what was written cannot be read back", e);
        }
    }

    private static List<String> list(String json) throws JsonProcessingException {
        return JSON.readValue(json, TEXTS);
    }

    @Override
    public Fate fate(ManagedSystem system, Store store, String transaction) {
        String status = servers.apply(system, store)
                .outside(PURPOSE, connection -> Sql.value(connection, "select pg_xact_status(?::xid8)", transaction));
        return switch (String.valueOf(status)) {
            case "committed" -> Fate.COMMITTED;
            case "aborted" -> Fate.ABORTED;
            case "in progress" -> Fate.RUNNING;
            default -> Fate.FORGOTTEN;
        };
    }

    @Override
    public long undo(
            ManagedSystem system,
            Store store,
            List<RowShape> shapes,
            WrittenRows rows,
            Consumer<String> transaction,
            Progress progress) {
        PostgresServer server = servers.apply(system, store);
        try (Connection live = server.open(store.database(), "undo salvage", PostgresServer.LONG)) {
            live.setAutoCommit(false);
            try {
                long undone = new SalvageUndo(live, shapes).undo(rows);
                transaction.accept(Sql.value(live, "select pg_current_xact_id()::text"));
                Mandate.require();
                live.commit();
                return undone;
            } catch (SQLException | RuntimeException e) {
                rollBack(live, e);
                throw e;
            }
        } catch (SQLException e) {
            throw refusedOr(server, "undo the salvage", e);
        }
    }
}
