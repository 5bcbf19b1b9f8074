package dev.sternway.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The decision tables as they stand in {@code processes/}, without any process engine. */
final class TableFiles {
    private TableFiles() {}

    static DecisionTables all() {
        return new DecisionTables(
                DecisionTables.ALL.stream().collect(Collectors.toMap(Function.identity(), TableFiles::read)));
    }

    static Map<String, byte[]> bytes() {
        return DecisionTables.ALL.stream().collect(Collectors.toMap(id -> id + ".dmn", id -> text(id).getBytes()));
    }

    static DecisionTable read(String id) {
        return DecisionTable.read(id, 0, text(id).getBytes());
    }

    static String text(String id) {
        try {
            return Files.readString(Path.of("processes", id + ".dmn"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
