package dev.sternway.adapter.neo4j;

import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The container of a Neo4j server: started, stopped, and the place where its tool {@code neo4j-admin} runs. */
final class GraphServer {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration QUICK = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(2);
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String ADMIN = "neo4j-admin";
    private static final int ROOT = 0;

    private final ContainerHost host;
    private final String container;
    private final Cypher cypher;

    GraphServer(ContainerHost host, String container, Cypher cypher) {
        this.host = host;
        this.container = container;
        this.cypher = cypher;
    }

    boolean isRunning() {
        return host.find(container).filter(ContainerHost.Container::running).isPresent();
    }

    void stop() {
        Mandate.require();
        host.stop(container, GRACE);
        if (isRunning()) {
            throw new OutsideException("container '" + container + "' runs on after it was stopped");
        }
    }

    /** Its own start takes some seconds more. */
    void start() {
        host.start(container);
    }

    void awaitReady() {
        long end = System.nanoTime() + TimeLimit.atMost(READY).toNanos();
        while (true) {
            try {
                cypher.counts();
                return;
            } catch (OutsideException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OutsideException("interrupted while waiting for container '" + container + "'", e);
            }
        }
    }

    /** Runs the tool; what it prints is told when it fails. */
    void admin(String... words) {
        Executed done = host.execute(container, command(words), Map.of(), LONG);
        if (done.exitCode() != 0) {
            throw new ToolFailed(words, last(done.errors().isBlank() ? done.output() : done.errors()));
        }
    }

    void adminToFile(Path output, String... words) {
        Executed done = host.executeToFile(container, command(words), Map.of(), output, LONG);
        if (done.exitCode() != 0) {
            throw new ToolFailed(words, last(done.errors()));
        }
    }

    /** The tool ended with an error of its own. */
    static final class ToolFailed extends OutsideException {
        private static final long serialVersionUID = 1L;

        ToolFailed(String[] words, String said) {
            super("'" + ADMIN + " " + String.join(" ", words) + "' failed: " + said);
        }
    }

    private static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(ADMIN));
        command.addAll(List.of(words));
        return command;
    }

    private static String last(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    /** Whom commands in the container run as. */
    private int uid() {
        Executed answer = host.execute(container, List.of("id", "-u"), Map.of(), QUICK);
        try {
            return answer.exitCode() == 0 ? Integer.parseInt(answer.output().strip()) : ROOT;
        } catch (NumberFormatException e) {
            return ROOT;
        }
    }

    /** Loads a dump into a database that nobody has open; the dump is copied into the container and taken away again. */
    void load(Path dump, String database) {
        String brought = "/tmp/" + database + ".dump";
        host.copyIn(container, dump, brought, uid());
        try {
            admin("database", "load", database, "--from-path=/tmp", "--overwrite-destination=true");
        } finally {
            host.execute(container, List.of("rm", "-f", "--", brought), Map.of(), QUICK);
        }
    }
}
