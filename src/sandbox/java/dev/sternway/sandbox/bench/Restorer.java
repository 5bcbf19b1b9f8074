package dev.sternway.sandbox.bench;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.ManagedSystem.AlertMatch;
import dev.sternway.catalogue.ManagedSystem.Budgets;
import dev.sternway.catalogue.ManagedSystem.Windows;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Trial;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Sternway's own way: its adapter for PostgreSQL, called as the steps of level 3 call it. */
final class Restorer implements AutoCloseable {
    private static final String BESIDE = Platform.DATABASE + "_next_bench";
    static final String KEPT = Platform.DATABASE + "_failed_bench";

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final DataStore data;
    private final ManagedSystem system;
    private final Store store;
    private final Path backups;

    /** @param home where the server's password is and the backup goes */
    Restorer(LocalPostgres server, Path home) throws IOException {
        this.store = new Store(
                "db",
                Store.Kind.POSTGRESQL,
                null,
                "127.0.0.1",
                server.port(),
                Platform.DATABASE,
                LocalPostgres.USER,
                new SecretReference("file:password"),
                "select version from schema_version",
                false);
        this.system = new ManagedSystem(
                "platform",
                "Agent platform",
                new AlertMatch("system", "platform"),
                null,
                List.of(),
                List.of(store),
                List.of(),
                List.of(),
                Budgets.DEFAULT,
                Windows.DEFAULT);
        this.backups = Files.createDirectories(home.resolve("backups"));
        context.registerBean(Secrets.class, () -> new Secrets(home));
        context.registerBean(ContainerHost.class, Restorer::noContainers);
        context.scan("dev.sternway.adapter.postgres");
        context.refresh();
        this.data = context.getBean(DataStore.class);
    }

    private static ContainerHost noContainers() {
        return (ContainerHost) Proxy.newProxyInstance(
                ContainerHost.class.getClassLoader(), new Class<?>[] {ContainerHost.class}, (proxy, method, values) -> {
                    throw new UnsupportedOperationException("the benchmark's server is in no container");
                });
    }

    Part backUp() {
        return data.backUp(system, store, backups, Progress.NONE);
    }

    Path file(Part part) {
        return backups.resolve(part.file());
    }

    /** A restore on trial, as `backup prove` makes it. */
    Trial tryRestore(Part part) {
        return data.tryRestore(system, store, part, backups, Platform.DATABASE + "_trial", List.of(), Progress.NONE);
    }

    /**
     * What one restore took, in seconds.
     *
     * @param verified backup read, obstacles looked for, loaded beside, counted, analysed
     * @param load the part of it that the prediction is about
     * @param compared every row of both databases compared, the loss is known
     * @param servicesAway what the services miss: compared again, swapped, proved
     * @param swap as Sternway itself tells it
     */
    record Times(double verified, double load, double compared, double servicesAway, double swap) {
        /** From the first look to the proof. */
        double total() {
            return verified + compared + servicesAway;
        }
    }

    /** Restores while the client goes on writing; the failed database is kept. */
    Times restore(Part part) {
        long begin = System.nanoTime();
        require(data.obstacles(system, store).isEmpty(), "there are obstacles");
        long reading = System.nanoTime();
        data.loadBeside(system, store, part, backups, BESIDE, Progress.NONE);
        long loaded = System.nanoTime();
        Loss loss = data.compare(system, store, BESIDE, Instant.now(), Progress.NONE);
        require(loss.onlyLive() > 0 && loss.changed() > 0, "the loss was not seen: " + loss);
        long compared = System.nanoTime();
        data.compare(system, store, BESIDE, Instant.now(), Progress.NONE);
        data.settle(system, store, BESIDE);
        long swap = data.swap(system, store, BESIDE, KEPT);
        require(
                data.rows(system, store).get("public.tasks").equals(part.rows().get("public.tasks")),
                "rows are missing after the swap");
        long proved = System.nanoTime();
        return new Times(
                (loaded - begin) / 1e9,
                (loaded - reading) / 1e9,
                (compared - loaded) / 1e9,
                (proved - compared) / 1e9,
                swap / 1e3);
    }

    void discardKept() {
        data.discard(system, store, KEPT);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
