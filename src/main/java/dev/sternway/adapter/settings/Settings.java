package dev.sternway.adapter.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sternway.catalogue.SettingsFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys of a file of settings: of JSON and YAML the whole way to each value, {@code limits.pool_size} or
 * {@code hosts[0]}. Values stay in here; what is told of a file never shows one.
 */
final class Settings {
    /** Larger files are data and no settings. */
    private static final long LARGEST = 16L << 20;

    private static final ObjectMapper JSON = strict(JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());
    private static final ObjectMapper YAML = strict(new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()));

    private final JsonNode tree;
    private final Map<String, String> values = new TreeMap<>();

    private Settings(JsonNode tree) {
        this.tree = tree;
        flatten("", tree);
    }

    private static ObjectMapper strict(ObjectMapper mapper) {
        return mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** A file that is not in its format. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String fact) {
            super(fact);
        }
    }

    /** @throws Malformed with the line that is wrong, never with what stands in it */
    static Settings read(Path file, SettingsFormat format) throws IOException {
        try (var in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes((int) LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new Malformed("is larger than " + LARGEST + " bytes");
            }
            return parse(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    format);
        } catch (CharacterCodingException e) {
            throw new Malformed("is not UTF-8");
        }
    }

    static Settings parse(String text, SettingsFormat format) throws Malformed {
        try {
            if (format == SettingsFormat.ENV) {
                ObjectNode node = JsonNodeFactory.instance.objectNode();
                EnvFile.parse(text).forEach(node::put);
                return new Settings(node);
            }
            JsonNode node = (format == SettingsFormat.JSON ? JSON : YAML).readTree(text);
            if (node.isMissingNode() || node.isNull()) {
                return new Settings(JsonNodeFactory.instance.objectNode());
            }
            if (!node.isContainerNode()) {
                throw new Malformed("is one value and no keys");
            }
            return new Settings(node);
        } catch (Malformed e) {
            throw e;
        } catch (JsonProcessingException e) {
            // The library's message may quote what it stumbled over.
            throw new Malformed("is not valid " + format
                    + (e.getLocation() == null
                            ? ""
                            : ", see line " + e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw new Malformed(e.getMessage());
        }
    }

    private void flatten(String at, JsonNode node) {
        if (node.isObject() && !node.isEmpty()) {
            node.fields()
                    .forEachRemaining(field ->
                            flatten(at.isEmpty() ? field.getKey() : at + "." + field.getKey(), field.getValue()));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(at + "[" + i + "]", node.get(i));
            }
        } else if (!at.isEmpty()) {
            values.put(at, node.isTextual() ? node.asText() : node.toString());
        }
    }

    /** The value under a key, as text; null when there is none. For checks, whose answer a person has written down. */
    String value(String key) {
        return values.get(key);
    }

    int size() {
        return values.size();
    }

    /** One for each key, in their order, so that a manifest tells them. */
    Map<String, Long> keys() {
        Map<String, Long> keys = new LinkedHashMap<>();
        values.keySet().forEach(key -> keys.put(key, 1L));
        return keys;
    }

    /** True when both have the key with the same value. */
    boolean agrees(Settings other, String key) {
        return values.containsKey(key) && values.get(key).equals(other.values.get(key));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** What the schema finds wrong, by place and rule and without the values; empty when it matches. */
    List<String> mistakes(Path schema) throws IOException {
        Schema loaded = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(new ObjectMapper().readTree(Files.readString(schema)));
        return loaded.validate(tree).stream()
                .map(error -> "'" + error.getInstanceLocation() + "' breaks the rule '" + error.getKeyword() + "'"
                        + (error.getProperty() == null ? "" : " for '" + error.getProperty() + "'"))
                .distinct()
                .limit(10)
                .toList();
    }
}
