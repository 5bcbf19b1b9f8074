package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.alert.format.Message;
import dev.sternway.decision.Explainer;
import dev.sternway.port.Refusal;
import dev.sternway.process.PackagedTables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** Explains an alert from the files alone: configuration, catalogue and tables, without database and engine. */
@ComponentScan(
        basePackages = {
            "dev.sternway.alert.format",
            "dev.sternway.alert.mapping",
            "dev.sternway.catalogue",
            "dev.sternway.decision"
        },
        useDefaultFilters = false,
        includeFilters =
                @ComponentScan.Filter(
                        type = FilterType.REGEX,
                        pattern = {
                            "dev\\.sternway\\.alert\\.format\\.[A-Za-z]+Format",
                            "dev\\.sternway\\.alert\\.mapping\\.(Mapping|Understanding)",
                            "dev\\.sternway\\.catalogue\\.CatalogueConfiguration",
                            "dev\\.sternway\\.decision\\.Explainer"
                        }))
class OfflineExplainer {
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    /** @param format null: what the message looks like */
    static JsonNode explain(Path config, String format, byte[] body, Map<String, String> headers) {
        try (ConfigurableApplicationContext context = context(config)) {
            return JSON.valueToTree(context.getBean(Explainer.class)
                    .explain(
                            Optional.ofNullable(format),
                            new Message(headers, body, Instant.now()),
                            new PackagedTables(disabledRules(context))::weigh));
        } catch (Refusal refusal) {
            throw new Failure(ExitCode.REFUSED, refusal.explanation());
        }
    }

    private static List<String> disabledRules(ConfigurableApplicationContext context) {
        return Binder.get(context.getEnvironment())
                .bind("sternway.decision.disabled-rules", Bindable.listOf(String.class))
                .orElse(List.of());
    }

    private static ConfigurableApplicationContext context(Path config) {
        try {
            return new SpringApplicationBuilder(OfflineExplainer.class)
                    .web(WebApplicationType.NONE)
                    .logStartupInfo(false)
                    .run(
                            "--spring.config.location=classpath:/application.yaml,optional:file:" + config + "/",
                            "--sternway.config-directory=" + config,
                            "--logging.level.root=off");
        } catch (RuntimeException e) {
            throw new Failure(ExitCode.REFUSED, "the files cannot be asked: " + reason(e));
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
