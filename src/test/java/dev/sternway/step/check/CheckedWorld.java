package dev.sternway.step.check;

import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStores;
import dev.sternway.port.HttpProbes;
import dev.sternway.port.Metrics;
import dev.sternway.port.OutsideException;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.FakePace;
import dev.sternway.step.StepTask;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A system with one check of each kind, in a world whose answers change with the time since the beginning. */
final class CheckedWorld implements HttpProbes, Metrics {
    static final URI FRONT = URI.create("http://shop/");
    static final URI PROMETHEUS = URI.create("http://prometheus:9090");
    static final Check HTTP = new Check("front", "The front answers", Check.Part.SERVICES_HEALTHY, probe(), null, null);
    static final Check RATE = new Check(
            "errors",
            "Few errors",
            Check.Part.PERFORMANCE_ACCEPTABLE,
            null,
            new Check.PrometheusQuery("errors[$window]", 0.02, null, "requests[$window]", 20),
            null);
    static final Check SQL = new Check(
            "totals",
            "No negative total",
            Check.Part.DATA_INTACT,
            null,
            null,
            new Check.SqlQuery("orders", "select bad", "0"));

    final FakePace pace = new FakePace();
    final FakeDataStore store = new FakeDataStore("shop") {
        @Override
        public String query(ManagedSystem system, Store asked, String sql) {
            queries++;
            return super.query(system, asked, sql);
        }
    };
    int queries;
    final List<String> asked = new ArrayList<>();
    final List<String> progress = new ArrayList<>();
    Function<Long, Integer> status = second -> 200;
    Function<Long, Double> errors = second -> 0.0;
    Function<Long, Double> requests = second -> 1000.0;
    Map<String, String> rows = new HashMap<>(Map.of("select bad", "0"));

    private static Check.HttpProbe probe() {
        return new Check.HttpProbe(FRONT, "GET", null, 200, Map.of("/state", "open"));
    }

    CheckReader reader() {
        store.answers.putAll(rows);
        return new CheckReader(this, this, new DataStores(List.of(store)));
    }

    static CheckSettings settings() {
        return new CheckSettings(
                Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofMinutes(1), 3);
    }

    StepTask task(Check... checks) {
        return new StepTask(
                "INC-2026-0001",
                system(checks),
                new Plan("sha", "INC-2026-0001", "shop", 2, "r", null, List.of(), Duration.ZERO, Duration.ZERO, null),
                null,
                FakePace.BEGIN.minusSeconds(30),
                (percent, doing) -> progress.add(percent + " " + doing));
    }

    static ManagedSystem system(Check... checks) {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                PROMETHEUS,
                List.of(new Service("db", "shop-db", List.of(), List.of(), true, Duration.ofSeconds(10), null)),
                List.of(new Store(
                        "orders", Store.Kind.POSTGRESQL, "db", "localhost", 5432, "shop", "u", null, null, false)),
                List.of(),
                List.of(checks),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    @Override
    public Answer get(URI address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Answer send(Check.HttpProbe probe) {
        int code = status.apply(pace.elapsed().toSeconds());
        if (code == 0) {
            throw new OutsideException("'" + probe.url() + "' did not answer: ConnectException");
        }
        return new Answer(code, "{\"state\": \"open\"}", Duration.ofMillis(3));
    }

    @Override
    public OptionalDouble query(URI prometheus, String promql) {
        asked.add(promql);
        Double value = (promql.startsWith("requests") ? requests : errors)
                .apply(pace.elapsed().toSeconds());
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
