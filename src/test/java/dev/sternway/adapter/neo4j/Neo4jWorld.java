package dev.sternway.adapter.neo4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.adapter.RunningProgram;
import dev.sternway.adapter.http.TestHttpCalls;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A knowledge graph in a real Neo4j server, as Graphiti keeps one. */
final class Neo4jWorld {
    static final String BESIDE = "neo4j_next_inc_2026_0001";
    static final String KEPT = "neo4j_failed_inc_2026_0001";
    private static final String PASSWORD = "canary:pass word";

    private static Neo4jWorld shared;

    final Path home = RunningProgram.folder("test-neo4j-");
    final Path backups = home.resolve("backups");
    final JvmContainer container = new JvmContainer("graph-db", home);
    final Store store;
    final ManagedSystem system;
    final Neo4jDataStore data;
    private final HttpClient http = HttpClient.newHttpClient();

    /** One server for all tests of a run; skips the test where the programs were not fetched. */
    static synchronized Neo4jWorld running() {
        assumeTrue(
                JvmContainer.isPossible(),
                "no programs of Neo4j in target/neo4j: mvn -f src/test/neo4j/pom.xml dependency:copy-dependencies"
                        + " -DoutputDirectory=$PWD/target/neo4j");
        if (shared == null) {
            shared = new Neo4jWorld();
        }
        return shared;
    }

    private Neo4jWorld() {
        int port = RunningProgram.freePort();
        try {
            for (String folder : List.of("conf", "data", "logs", "run", "import", "plugins", "licenses", "backups")) {
                Files.createDirectories(home.resolve(folder));
            }
            Files.writeString(home.resolve("conf/neo4j.conf"), """
                    server.default_listen_address=127.0.0.1
                    server.bolt.listen_address=127.0.0.1:%d
                    server.http.listen_address=127.0.0.1:%d
                    server.https.enabled=false
                    server.memory.pagecache.size=32m
                    db.tx_log.preallocate=false
                    dbms.usage_report.enabled=false
                    """.formatted(RunningProgram.freePort(), port));
            Files.writeString(home.resolve("password"), PASSWORD + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = new Store(
                "graph",
                Store.Kind.NEO4J,
                Store.Holds.DATA,
                "db",
                "127.0.0.1",
                port,
                "neo4j",
                "neo4j",
                new SecretReference("file:password"),
                "match (v:SchemaVersion) return max(v.version)",
                false,
                home.resolve("data").toString(),
                null,
                null,
                Store.Reload.RESTART);
        system = new ManagedSystem(
                "graphiti",
                "Graphiti",
                new ManagedSystem.AlertMatch("system", "graphiti"),
                null,
                List.of(new Service("db", "graph-db", List.of(), List.of(), true, Duration.ofSeconds(10), null)),
                List.of(store),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
        data = new Neo4jDataStore(new Secrets(home), container, TestHttpCalls.posts());
        container.admin("dbms", "set-initial-password", PASSWORD);
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        container.start("graph-db");
        awaitReady();
        run("create (:SchemaVersion {version: 7})");
        run("unwind range(1, 50) as n create (:Person {name: 'person ' + n})");
        run("match (a:Person), (b:Person) where a.name < b.name with a, b limit 200 create (a)-[:KNOWS]->(b)");
        run("create ({without: 'a label'})");
    }

    private void end() {
        container.kill();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException leftBehind) {
            // The folder of temporary files is cleaned by the machine.
        }
    }

    Cypher cypher() {
        return new Cypher(TestHttpCalls.posts(), store, new Secrets(home));
    }

    void awaitReady() {
        new GraphServer(container, "graph-db", cypher()).awaitReady();
    }

    /** What the bad release does. */
    void upgrade() {
        run("match (v:SchemaVersion) set v.version = 8");
        run("create (:Person {name: 'new'}), (:Ghost), ()");
        run("match (p:Person {name: 'person 1'}) detach delete p");
    }

    void run(String statement) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("statements").addObject().put("statement", statement);
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + store.port() + "/db/neo4j/tx/commit"))
                            .header("Content-Type", "application/json")
                            .header(
                                    "Authorization",
                                    "Basic "
                                            + Base64.getEncoder()
                                                    .encodeToString(
                                                            ("neo4j:" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2 || !answer.body().contains("\"errors\":[]")) {
                throw new IllegalStateException(answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every node and relationship with its values, as one text. */
    String content() {
        return cypher().value("match (n) optional match (n)-[r]->(m)"
                + " with coalesce(n.name, '') + '|' + coalesce(toString(n.version), '') + '|'"
                + " + reduce(all = '', label in labels(n) | all + label) + '|' + coalesce(type(r), '') + '|'"
                + " + coalesce(m.name, '') as line order by line"
                + " return reduce(all = '', line in collect(line) | all + line + ';')");
    }

    /** A backup, and its bytes. */
    record Taken(Part part, byte[] content) {}

    private Taken taken;

    /** The last backup that a test of this run took, or a new one: each costs a restart of the server. */
    Taken taken() {
        if (taken == null) {
            backUp();
        }
        return taken;
    }

    Part backUp() {
        Part part = data.backUp(system, store, backups, Progress.NONE);
        try {
            taken = new Taken(part, Files.readAllBytes(backups.resolve(part.file())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return part;
    }

    /** Names of databases in the server's data directory. */
    List<String> databases() {
        try (Stream<Path> folders = Files.list(home.resolve("data/databases"))) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
