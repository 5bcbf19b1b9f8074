package dev.sternway.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The published schema of a system's file: finds mistakes and fills in its defaults. */
final class SystemSchema {
    /** What a value must be, for the schema's named types; a pattern would tell nobody. */
    private static final Map<String, String> MUST_BE = Map.of(
            "id", "must be a name of letters, digits and hyphens that begins with a letter",
            "text", "must be a text that is not empty",
            "duration", "must be a duration like 10s or PT10S",
            "address", "must be an http or https address without user name and password",
            "pointer", "must be a JSON pointer like /status/version",
            "secret", "must be file:PATH or env:NAME, never the secret itself");

    private static final Map<String, String> TYPES = Map.of(
            "string", "a text",
            "integer", "a whole number",
            "number", "a number",
            "boolean", "true or false",
            "array", "a list",
            "object", "keys and values");

    private final JsonNode root;
    private final Schema schema;

    SystemSchema() {
        try (InputStream in = SystemSchema.class.getResourceAsStream("/system.schema.json")) {
            root = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("system.schema.json cannot be read", e);
        }
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root);
    }

    /** One sentence for each mistake, beginning with the place; empty when there is none. */
    List<String> mistakes(JsonNode tree, String place) {
        List<String> mistakes = new ArrayList<>();
        schema.validate(tree).stream()
                .sorted(Comparator.comparing(
                        error -> error.getInstanceLocation().toString()))
                .forEach(error -> mistakes.add(sentence(error, place)));
        return mistakes.stream().distinct().collect(Collectors.toCollection(ArrayList::new));
    }

    /** Puts the schema's defaults where the file says nothing. */
    void fillDefaults(ObjectNode tree) {
        fillDefaults(tree, root);
    }

    private void fillDefaults(JsonNode value, JsonNode unresolved) {
        JsonNode type = resolve(unresolved);
        if (value instanceof ObjectNode object) {
            type.path("properties").fields().forEachRemaining(property -> {
                String key = property.getKey();
                JsonNode byDefault = property.getValue().path("default");
                if (!object.has(key) && !byDefault.isMissingNode()) {
                    object.set(key, byDefault.deepCopy());
                }
                if (object.has(key)) {
                    fillDefaults(object.get(key), property.getValue());
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> fillDefaults(item, type.path("items")));
        }
    }

    private JsonNode resolve(JsonNode type) {
        String reference = type.path("$ref").asText("");
        return reference.isEmpty() ? type : root.at(reference.substring(1));
    }

    private String sentence(Error error, String place) {
        String at = place + location(error);
        String got = got(error);
        return switch (error.getKeyword()) {
            case "additionalProperties" -> unknownKey(error, at);
            case "required" -> at + ": must have the key '" + error.getProperty() + "'";
            case "dependentRequired" -> at + ": " + error.getMessage();
            case "enum" -> at + ": must be one of " + texts(error.getSchemaNode()) + got;
            default -> at + ": " + mustBe(error) + got;
        };
    }

    private static String location(Error error) {
        String path = error.getInstanceLocation().toString();
        return path.startsWith("/") || path.isEmpty() ? path : "/" + path;
    }

    private String unknownKey(Error error, String at) {
        String key = error.getProperty();
        String parent = error.getSchemaLocation().getFragment().toString().replaceFirst("/additionalProperties$", "");
        List<String> known = new ArrayList<>();
        root.at(parent).path("properties").fieldNames().forEachRemaining(known::add);
        return at + "/" + key + ": is not a known key, "
                + Spelling.nearest(key, known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("known are " + known);
    }

    private static String mustBe(Error error) {
        String where = error.getSchemaLocation().getFragment().toString();
        for (Map.Entry<String, String> type : MUST_BE.entrySet()) {
            if (where.startsWith("/$defs/" + type.getKey() + "/")) {
                return type.getValue();
            }
        }
        return error.getKeyword().equals("type") ? "must be " + type(error.getSchemaNode()) : error.getMessage();
    }

    private static String type(JsonNode names) {
        return names.isArray()
                ? texts(names).stream().map(TYPES::get).collect(Collectors.joining(" or "))
                : TYPES.get(names.asText());
    }

    private static String got(Error error) {
        JsonNode node = error.getInstanceNode();
        // Whoever writes a password where its place is wanted must not find it in the log.
        boolean maySecret = error.getSchemaLocation().toString().contains("/secret/")
                || error.getSchemaLocation().toString().contains("/address/");
        if (maySecret || node == null || node.isContainerNode()) {
            return "";
        }
        boolean text = node.isTextual();
        String hint = !text && mustBe(error).contains("a text") ? "; quote it" : "";
        return ", got " + (text ? "'" + node.asText() + "'" : node.asText()) + hint;
    }

    private static List<String> texts(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
