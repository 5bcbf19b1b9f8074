package dev.sternway.catalogue;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the catalogue strictly: every file of {@code systems/} is checked against the published schema, then for sense,
 * and all mistakes of all files are told at once.
 */
public final class CatalogueLoader {
    /** The annotated example; never loaded as a system. */
    public static final String EXAMPLE = "EXAMPLE.yaml";

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final SystemSchema schema = new SystemSchema();
    private final ObjectMapper records = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .registerModule(Durations.module());

    /**
     * Reads {@code <directory>/systems/*.yaml}, in the order of the file names.
     *
     * @throws CatalogueException when there is any mistake, with all of them
     */
    public Catalogue load(Path directory) {
        List<String> mistakes = new ArrayList<>();
        List<ManagedSystem> systems = new ArrayList<>();
        for (Path file : files(directory.resolve("systems"))) {
            read(file, mistakes).ifPresent(systems::add);
        }
        CatalogueRules rules = new CatalogueRules(systems);
        mistakes.addAll(rules.mistakes());
        systems.forEach(system -> schemas(system, mistakes));
        if (!mistakes.isEmpty()) {
            throw new CatalogueException(mistakes);
        }
        return new Catalogue(systems, rules.warnings());
    }

    /** What settings are checked against must be there before it is needed. */
    private static void schemas(ManagedSystem system, List<String> mistakes) {
        for (int i = 0; i < system.stores().size(); i++) {
            String schema = system.stores().get(i).schema();
            if (schema != null && !Files.isReadable(Path.of(schema))) {
                mistakes.add("systems/" + system.id() + "/stores/" + i + "/schema: there is no file '" + schema
                        + "' that can be read");
            }
        }
    }

    /** Reads one file whatever its name, the example for instance. */
    public ManagedSystem loadFile(Path file) {
        List<String> mistakes = new ArrayList<>();
        Optional<ManagedSystem> system = read(file, mistakes);
        mistakes.addAll(new CatalogueRules(system.stream().toList()).mistakes());
        if (!mistakes.isEmpty()) {
            throw new CatalogueException(mistakes);
        }
        return system.orElseThrow();
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CatalogueException(List.of("systems: there is no folder '" + folder.toAbsolutePath()
                    + "'; create it, or name the configuration directory with --config"));
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.getFileName().toString().equals(EXAMPLE))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CatalogueException(List.of("systems: the folder cannot be read: " + e.getMessage()));
        }
    }

    private Optional<ManagedSystem> read(Path file, List<String> mistakes) {
        String id = file.getFileName().toString().replaceFirst("\\.yaml$", "");
        String place = "systems/" + id;
        JsonNode tree;
        try {
            tree = YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            mistakes.add(place + ": " + line(e) + "is not valid YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
            return Optional.empty();
        } catch (IOException e) {
            mistakes.add(place + ": the file cannot be read: " + e);
            return Optional.empty();
        }
        if (!(tree instanceof ObjectNode object)) {
            mistakes.add(place + ": must be keys and values, as in " + EXAMPLE);
            return Optional.empty();
        }
        if (!object.has("id")) {
            object.put("id", id);
        }
        List<String> found = schema.mistakes(object, place);
        if (found.isEmpty() && !object.get("id").asText().equals(id)) {
            found.add(place + "/id: must equal the file's name '" + id + "', got '"
                    + object.get("id").asText() + "'");
        }
        mistakes.addAll(found);
        // A schema is named from the configuration directory, wherever Sternway was started.
        Path directory = file.toAbsolutePath().getParent().resolveSibling("").normalize();
        object.path("stores").forEach(store -> {
            if (store instanceof ObjectNode each && each.path("schema").isTextual()) {
                each.put(
                        "schema", directory.resolve(each.get("schema").asText()).toString());
            }
        });
        return found.isEmpty() ? toRecord(object, place, mistakes) : Optional.empty();
    }

    private Optional<ManagedSystem> toRecord(ObjectNode object, String place, List<String> mistakes) {
        schema.fillDefaults(object);
        try {
            return Optional.of(records.treeToValue(object, ManagedSystem.class));
        } catch (JsonProcessingException e) {
            // The schema lets pass what a record refuses, a port of 99999 in an address for example.
            mistakes.add(place + ": " + e.getOriginalMessage());
            return Optional.empty();
        }
    }

    private static String line(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null ? "" : "line " + location.getLineNr() + " ";
    }
}
