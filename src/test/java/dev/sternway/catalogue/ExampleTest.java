package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** EXAMPLE.yaml is the manual: it loads, it shows every key, and every key in it is explained. */
class ExampleTest {
    private static final Path EXAMPLE = Path.of("config/systems", CatalogueLoader.EXAMPLE);
    private static final List<Class<? extends Record>> RECORDS = List.of(
            ManagedSystem.class,
            ManagedSystem.LabelValue.class,
            ManagedSystem.Budgets.class,
            ManagedSystem.Windows.class,
            Service.class,
            Service.Readiness.class,
            SnapshotPolicy.class,
            SnapshotPolicy.Repository.class,
            SnapshotPolicy.Files.class,
            Store.class,
            Toggle.class,
            Check.class,
            Check.HttpProbe.class,
            Check.PrometheusQuery.class,
            Check.SqlQuery.class);

    @Test
    void loadsWithoutAMistake() {
        ManagedSystem example = new CatalogueLoader().loadFile(EXAMPLE);

        assertThat(example.id()).isEqualTo("EXAMPLE");
        assertThat(example.toggle("recommendations").off()).isEqualTo("false");
        assertThat(example.windows()).isEqualTo(ManagedSystem.Windows.DEFAULT);
        assertThat(example.budgets()).isEqualTo(ManagedSystem.Budgets.DEFAULT);
    }

    @Test
    void raisesNoWarning() {
        ManagedSystem example = new CatalogueLoader().loadFile(EXAMPLE);

        assertThat(new CatalogueRules(List.of(example)).warnings()).isEmpty();
    }

    @Test
    void showsEveryRecordComponent() throws IOException {
        Set<String> shown = keysOf(example());

        for (Class<? extends Record> type : RECORDS) {
            for (RecordComponent component : type.getRecordComponents()) {
                assertThat(shown).as("%s of %s", component.getName(), type).contains(component.getName());
            }
        }
    }

    @Test
    void showsEveryPropertyOfTheSchema() throws IOException {
        assertThat(keysOf(example())).containsAll(propertiesOf(schema()));
    }

    @Test
    void explainsEveryKeyWhereItComesFirst() throws IOException {
        Set<String> explained = new TreeSet<>();
        Set<String> bare = new TreeSet<>();
        String before = "";
        for (String line : Files.readAllLines(EXAMPLE)) {
            String key = line.replaceFirst("^[ -]*", "").replaceFirst(":.*", "");
            if (!line.isBlank() && !line.strip().startsWith("#") && !explained.contains(key)) {
                (before.strip().startsWith("#") ? explained : bare).add(key);
            }
            before = line;
        }
        bare.removeAll(explained);
        bare.removeIf(key -> key.startsWith("/"));

        assertThat(bare).isEmpty();
    }

    @Test
    void describesEveryPropertyInTheSchema() throws IOException {
        JsonNode schema = schema();

        schema.findParents("properties")
                .forEach(type -> type.path("properties")
                        .fields()
                        .forEachRemaining(property -> assertThat(
                                        property.getValue().has("description")
                                                || schema.at(property.getValue()
                                                                .path("$ref")
                                                                .asText("#")
                                                                .substring(1))
                                                        .has("description"))
                                .as("description of '%s'", property.getKey())
                                .isTrue()));
    }

    @Test
    void listsTheRecordsEnumsInTheSchema() throws IOException {
        JsonNode schema = schema();

        assertThat(schema.at("/$defs/check/properties/part/enum"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        List.of(Check.Part.values()).stream().map(Enum::name).toArray(String[]::new));
        assertThat(schema.at("/$defs/store/properties/holds/enum"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        List.of(Store.Holds.values()).stream().map(Enum::name).toArray(String[]::new));
        assertThat(schema.at("/$defs/store/properties/reload/enum"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        List.of(Store.Reload.values()).stream().map(Enum::name).toArray(String[]::new));
        assertThat(schema.at("/$defs/store/properties/kind/enum"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        List.of(Store.Kind.values()).stream().map(Enum::name).toArray(String[]::new));
    }

    private static JsonNode example() throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(Files.readString(EXAMPLE));
    }

    private static JsonNode schema() throws IOException {
        return new ObjectMapper().readTree(Files.readString(Path.of("config/system.schema.json")));
    }

    private static Set<String> keysOf(JsonNode node) {
        Set<String> keys = new TreeSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        node.forEach(child -> keys.addAll(keysOf(child)));
        return keys;
    }

    private static Set<String> propertiesOf(JsonNode schema) {
        Set<String> keys = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(keys::add);
        schema.forEach(child -> keys.addAll(propertiesOf(child)));
        return keys;
    }
}
