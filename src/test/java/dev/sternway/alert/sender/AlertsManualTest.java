package dev.sternway.alert.sender;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** What docs/alerts.md gives to paste is what Sternway reads. */
class AlertsManualTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static List<String> blocks(String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        var found = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/alerts.md")));
        while (found.find()) {
            blocks.add(found.group(1));
        }
        return blocks;
    }

    @Test
    void showsSendersThatBind() throws IOException {
        List<String> shown = blocks("yaml").stream()
                .filter(block -> block.startsWith("sternway") && block.contains("senders"))
                .toList();
        assertThat(shown).hasSizeGreaterThan(6);
        for (String block : shown) {
            StandardEnvironment environment = new StandardEnvironment();
            environment
                    .getPropertySources()
                    .addFirst(new YamlPropertySourceLoader()
                            .load("manual", new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8)))
                            .get(0));
            SenderSettings settings = Binder.get(environment)
                    .bind(
                            ConfigurationPropertyName.of("sternway.alerts"),
                            Bindable.of(SenderSettings.class),
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                    .get();
            assertThat(settings.senders()).as(block).hasSize(1);
        }
    }

    @Test
    void givesDatadogThePayloadThatIsTested() throws IOException {
        JsonNode payload = JSON.readTree(blocks("json").stream()
                .filter(block -> block.contains("$ALERT_CYCLE_KEY"))
                .findFirst()
                .orElseThrow());
        JsonNode tested = JSON.readTree(Files.readString(Path.of("src/test/resources/alerts/datadog.json")));

        assertThat(payload.fieldNames()).toIterable().containsExactlyElementsOf(tested::fieldNames);
    }

    @Test
    void givesEventsAndAlertsThatAreJson() throws IOException {
        for (String block : blocks("json")) {
            assertThat(JSON.readTree(block).isObject()).isTrue();
        }
        String shell = blocks("sh").get(0);
        String alert = shell.substring(shell.indexOf('{'), shell.indexOf("}'") + 1);
        assertThat(JSON.readTree(alert).path("dedup_key").asText()).isEqualTo("prices");
    }
}
