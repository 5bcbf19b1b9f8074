package dev.sternway.database;

import java.nio.file.Path;

/** Holds an embedded database in a process of its own until it is killed, or told to stop by a line on its input. */
public final class DatabaseHolder {

    private DatabaseHolder() {}

    public static void main(String[] args) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.open(Path.of(args[0]))) {
            System.out.println("READY " + database.address().url());
            System.in.read();
        }
        System.out.println("STOPPED");
    }
}
