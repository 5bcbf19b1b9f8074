package dev.sternway.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Looks at the shop by itself, past Sternway: tests and the demo compare what Sternway says with what is so. */
public final class Oracle {
    /** Products below the lowest price that the shop has: the migration of the bad release makes them. */
    static final String DAMAGED_PRODUCTS = "select count(*) from products where price_cents < 500";

    private final DockerClient docker;
    private final Names names;
    private final Ports ports;
    private final SecretFiles secrets;

    Oracle(DockerClient docker, Names names, Ports ports, SecretFiles secrets) {
        this.docker = docker;
        this.names = names;
        this.ports = ports;
        this.secrets = secrets;
    }

    public long damagedProducts() {
        return Long.parseLong(query(DAMAGED_PRODUCTS));
    }

    public long rows(String table) {
        return Long.parseLong(query("select count(*) from " + table));
    }

    public String schemaVersion() {
        return query("select max(version) from schema_history");
    }

    /** Names of all databases but the server's own. */
    public List<String> databases() {
        return List.of(query(
                        "select string_agg(datname, ' ' order by datname) from pg_database "
                                + "where not datistemplate and datname <> 'postgres'",
                        "postgres")
                .split(" "));
    }

    /** The one value that a query on the shop's database gives, as text. */
    public String query(String sql) {
        return query(sql, "shop");
    }

    /** The one value that a query on any database of the shop's server gives, as text. */
    public String query(String sql, String database) {
        try (Connection connection = connect(database);
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException("'" + sql + "' on '" + database + "' failed: " + e.getMessage(), e);
        }
    }

    /** A connection as the role that may do anything; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        try {
            return DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + ports.database() + "/" + database,
                    "sternway",
                    Files.readString(secrets.sternway()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Share of failures among so many requests of its own, half quotes, half checkouts that write nothing; 0 to 1. */
    public double errorShare(int requests) {
        int failed = 0;
        for (int i = 0; i < requests; i++) {
            Http.Answer answer = i % 2 == 0
                    ? Http.get(web("/api/quotes?product=" + (1 + i)))
                    : Http.post(web("/api/orders"), "{\"product\":" + (1 + i) + ",\"quantity\":1,\"dryRun\":true}");
            if (answer.status() != 200) {
                failed++;
            }
        }
        return (double) failed / requests;
    }

    /** {@code on} or {@code off}, as the application itself says. */
    public String expressCheckout() {
        return Http.get(api("/features")).json().path("expressCheckout").asText();
    }

    /** The version that the API answers with, empty when it does not answer. */
    public String version() {
        return Http.get(api("/health")).json().path("version").asText();
    }

    /** The id of the image that a container runs. */
    public String imageOf(String container) {
        return inspect(container).getImageId();
    }

    public boolean running(String container) {
        return Boolean.TRUE.equals(inspect(container).getState().getRunning());
    }

    /** The environment that a container was created with, its image's variables among it. */
    public List<String> environmentOf(String container) {
        return Arrays.asList(inspect(container).getConfig().getEnv());
    }

    /** Names of all containers of this sandbox, running or not, kept ones too. */
    public List<String> containers() {
        List<String> found = new ArrayList<>();
        docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Names.LABEL, names.instance()))
                .exec()
                .forEach(container -> found.add(container.getNames()[0].substring(1)));
        found.sort(null);
        return found;
    }

    public InspectContainerResponse inspect(String container) {
        return docker.inspectContainerCmd(container).exec();
    }

    private URI web(String path) {
        return URI.create("http://127.0.0.1:" + ports.web() + path);
    }

    private URI api(String path) {
        return URI.create("http://127.0.0.1:" + ports.api() + path);
    }
}
