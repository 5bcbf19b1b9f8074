package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Toggle;
import dev.sternway.port.HttpProbes;
import dev.sternway.port.Metrics;
import dev.sternway.port.OutsideException;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.Pace;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.camunda.bpm.engine.impl.util.ClockUtil;

/**
 * A shop and a kiosk in memory. Their second release is harmful in chosen ways, and each harm goes away when its cause
 * is really taken back: the container's variable, its image, or the database under the name.
 */
final class FakeShop implements HttpProbes, Metrics, Pace {
    static final String ONE = "sha256:one";
    static final String TWO = "sha256:two";
    static final URI READY = URI.create("http://shop-api/ready");
    static final URI FRONT = URI.create("http://shop-api/");
    static final URI OFFERS = URI.create("http://shop-api/offers");
    private static final String BAD_ROWS = "select count(*) from orders where total < 0";
    private static final String SCHEMA = "select max(version) from schema_migrations";

    /** What the second release does wrong. */
    enum Harm {
        /** A feature fails; its toggle cures it. */
        FEATURE,
        /** The code fails; the old image cures it. */
        CODE,
        /** Rows are damaged; only the old database cures it. */
        ROWS
    }

    final FakeContainerHost host = new FakeContainerHost();
    final ShopStore store = new ShopStore();
    final Set<Harm> harms = EnumSet.noneOf(Harm.class);
    boolean traffic;
    boolean ready;
    private String damaged;

    /** A store that answers from the database that is live. */
    final class ShopStore extends FakeDataStore {
        ShopStore() {
            super("shop");
        }

        @Override
        public Loss compare(ManagedSystem system, Store asked, String name, Instant takenAt, Progress progress) {
            Loss loss = super.compare(system, asked, name, takenAt, progress);
            return new Loss(takenAt, takenAt.plusSeconds(60), loss.tables());
        }

        @Override
        public String query(ManagedSystem system, Store asked, String sql) {
            Database live = databases.get(asked.database());
            if (sql.equals(SCHEMA)) {
                return live.schemaVersion;
            }
            return harms.contains(Harm.ROWS) && live.identity.equals(damaged) ? "3" : "0";
        }
    }

    static ManagedSystem shop() {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                URI.create("http://prometheus:9090"),
                services("shop"),
                List.of(store("shop", true)),
                List.of(new Toggle(
                        "offers", "Offers", "api", "OFFERS", "off", List.of(probe(OFFERS, "/state", "off")))),
                List.of(
                        check("front", Check.Part.SERVICES_HEALTHY, probe(FRONT)),
                        check("offers", Check.Part.INTEGRATIONS_WORKING, probe(OFFERS)),
                        check("profile", Check.Part.CONFIGURATION_CONSISTENT, probe(READY)),
                        new Check(
                                "errors",
                                "errors",
                                Check.Part.PERFORMANCE_ACCEPTABLE,
                                null,
                                new Check.PrometheusQuery("errors[$window]", 0.02, null, "requests[$window]", 20),
                                null),
                        new Check(
                                "rows",
                                "rows",
                                Check.Part.DATA_INTACT,
                                null,
                                null,
                                new Check.SqlQuery("orders", BAD_ROWS, "0"))),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    /** Has no toggle, and its old code does not run on a newer schema. */
    static ManagedSystem kiosk() {
        return new ManagedSystem(
                "kiosk",
                "Kiosk",
                new ManagedSystem.AlertMatch("system", "kiosk"),
                null,
                services("kiosk"),
                List.of(store("kiosk", false)),
                List.of(),
                List.of(check("front", Check.Part.SERVICES_HEALTHY, probe(FRONT))),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private static List<Service> services(String prefix) {
        Service.Readiness ready = new Service.Readiness(READY, Duration.ofSeconds(10), 2, "/version");
        Duration grace = Duration.ofSeconds(3);
        return List.of(
                new Service("db", prefix + "-db", List.of(), List.of("orders"), true, grace, null),
                new Service(
                        "api",
                        prefix + "-api",
                        List.of("db"),
                        List.of("orders"),
                        false,
                        grace,
                        prefix.equals("shop") ? ready : null,
                        prefix.equals("shop") ? null : List.of("alembic", "downgrade", "-1")));
    }

    private static Store store(String database, boolean oldCodeRuns) {
        return new Store(
                "orders",
                Store.Kind.POSTGRESQL,
                "db",
                "127.0.0.1",
                5432,
                database,
                "postgres",
                null,
                SCHEMA,
                oldCodeRuns);
    }

    private static Check check(String id, Check.Part part, Check.HttpProbe probe) {
        return new Check(id, id, part, probe, null, null);
    }

    private static Check.HttpProbe probe(URI address) {
        return new Check.HttpProbe(address, "GET", null, 200, Map.of());
    }

    private static Check.HttpProbe probe(URI address, String pointer, String value) {
        return new Check.HttpProbe(address, "GET", null, 200, Map.of(pointer, value));
    }

    /** Everything as on the day before the upgrade. */
    void open() {
        host.containers.clear();
        host.images.clear();
        host.effects.clear();
        host.kept.clear();
        host.before = what -> {};
        host.loses.clear();
        host.doesNotStart.clear();
        host.command = (fake, argv) -> new FakeContainerHost.Executed(0, environmentOfProcessOne(fake), "");
        store.databases.clear();
        store.done.clear();
        store.obstacles.clear();
        store.trialFaults.clear();
        store.losses = List.of(new FakeDataStore.TableLoss("public.orders", 3, 2, 1, 1));
        store.before = what -> {};
        store.after = what -> {};
        store.verifyRefuses = null;
        store.loadFails = null;
        store.salvage = null;
        harms.clear();
        traffic = true;
        ready = true;
        for (String name : List.of("shop", "kiosk")) {
            store.add(name);
            host.run(name + "-db", "sha256:db", Map.of());
            host.run(name + "-api", ONE, Map.of("OFFERS", "on", "MODE", "safe"));
        }
    }

    /** Puts release 2 in place, by hand as an upgrade does. */
    void upgrade() {
        damaged = store.databases.get("shop").identity;
        for (String name : List.of("shop", "kiosk")) {
            FakeContainerHost.Fake api = host.named(name + "-api");
            api.imageId = TWO;
            api.specification = FakeContainerHost.specification(Map.of("OFFERS", "on", "MODE", "fast"));
            store.databases.get(name).schemaVersion = "2";
        }
        host.images.add(TWO);
        host.effects.clear();
        store.done.clear();
    }

    FakeContainerHost.Fake api() {
        return host.named("shop-api");
    }

    /** The database that is live now. */
    FakeDataStore.Database live() {
        return store.databases.get("shop");
    }

    /** Sets how many rows a restore would lose. */
    void wouldLose(long rows) {
        store.losses = List.of(new FakeDataStore.TableLoss("public.orders", 2 + rows, 2, rows, 0));
    }

    /** What was changed outside since the upgrade, in containers and in databases. */
    List<String> touched() {
        List<String> all = new java.util.ArrayList<>(host.effects);
        all.addAll(store.done);
        return all;
    }

    private static String environmentOfProcessOne(FakeContainerHost.Fake fake) {
        StringBuilder text = new StringBuilder();
        environment(fake)
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\0'));
        return text.toString();
    }

    static Map<String, String> environment(FakeContainerHost.Fake fake) {
        Map<String, String> environment = new TreeMap<>();
        JsonNode variables = fake.specification.at("/Config/Env");
        variables
                .fields()
                .forEachRemaining(
                        each -> environment.put(each.getKey(), each.getValue().asText()));
        return environment;
    }

    @Override
    public Answer get(URI address) {
        FakeContainerHost.Fake api = api();
        if (!api.running) {
            throw new OutsideException("'" + address + "' did not answer");
        }
        boolean two = api.imageId.equals(TWO);
        boolean offers = !"off".equals(environment(api).get("OFFERS"));
        if (address.equals(OFFERS)) {
            return harms.contains(Harm.FEATURE) && two && offers
                    ? answer(500, "{}")
                    : answer(200, "{\"state\": \"" + (offers ? "on" : "off") + "\"}");
        }
        if (address.equals(FRONT)) {
            return answer(harms.contains(Harm.CODE) && two ? 500 : 200, "{}");
        }
        if (address.equals(READY) && !ready) {
            return answer(503, "{}");
        }
        return answer(200, "{\"version\": \"" + (two ? "2.0" : "1.0") + "\"}");
    }

    private static Answer answer(int status, String body) {
        return new Answer(status, body, Duration.ofMillis(2));
    }

    @Override
    public Answer send(Check.HttpProbe probe) {
        return get(probe.url());
    }

    @Override
    public OptionalDouble query(URI prometheus, String promql) {
        return OptionalDouble.of(promql.startsWith("requests") && traffic ? 1000 : 0);
    }

    @Override
    public Instant now() {
        return ClockUtil.getCurrentTime().toInstant();
    }

    /** Waiting takes no time: it moves the engine's clock. */
    @Override
    public void pause(Duration time) {
        ClockUtil.setCurrentTime(Date.from(now().plus(time)));
    }
}
