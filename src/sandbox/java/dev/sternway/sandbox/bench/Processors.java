package dev.sternway.sandbox.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Processor time in milliseconds, summed over the processors: who used how much of this machine.
 *
 * @param machine all that ran
 * @param sternway the product's Java
 * @param database its PostgreSQL
 * @param generator this benchmark
 */
record Processors(double machine, double sternway, double database, double generator) {
    private static final double MILLIS_PER_TICK = 10;
    private static final int FIRST_FIELD = 3;
    private static final int USER = 14 - FIRST_FIELD;
    private static final int SYSTEM = 15 - FIRST_FIELD;

    /** In {@code /proc/stat}: idle, and waiting for a disk. */
    private static final int IDLE = 4;

    private static final int WAITING = 5;
    private static final int STOLEN = 8;

    /** Since the machine was started. */
    static Processors now(long sternway, long postmaster) throws IOException {
        String[] all = Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
        double machine = 0;
        for (int i = 1; i < STOLEN; i++) {
            machine += i == IDLE || i == WAITING ? 0 : Long.parseLong(all[i]);
        }
        double database = ticks(postmaster)
                + ProcessHandle.of(postmaster).stream()
                        .flatMap(ProcessHandle::children)
                        .mapToDouble(child -> ticks(child.pid()))
                        .sum();
        return new Processors(
                machine * MILLIS_PER_TICK,
                ticks(sternway) * MILLIS_PER_TICK,
                database * MILLIS_PER_TICK,
                ticks(ProcessHandle.current().pid()) * MILLIS_PER_TICK);
    }

    Processors since(Processors before) {
        return new Processors(
                machine - before.machine,
                sternway - before.sternway,
                database - before.database,
                generator - before.generator);
    }

    /** What is left: containers and their engine, and whatever else runs. */
    double others() {
        return machine - sternway - database - generator;
    }

    /** Shared out over messages. */
    String forEach(int messages) {
        return String.format(
                Locale.ROOT,
                "Sternway %.2f, PostgreSQL %.2f, generator %.2f, containers and all else %.2f",
                sternway / messages,
                database / messages,
                generator / messages,
                others() / messages);
    }

    private static double ticks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Arrays.stream(new int[] {USER, SYSTEM})
                    .mapToLong(i -> Long.parseLong(fields[i]))
                    .sum();
        } catch (IOException gone) {
            return 0;
        }
    }
}
