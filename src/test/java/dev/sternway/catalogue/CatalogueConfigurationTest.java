package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class CatalogueConfigurationTest {
    @TempDir
    Path directory;

    @Test
    void givesTheCatalogueOfTheConfiguredDirectory() throws IOException {
        write("web-shop", "title: Shop\nalerts: {label: system, value: s}\nservices: [{id: web, container: one}]\n");

        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(Catalogue.class).all()).hasSize(1);
            assertThat(context.getBean(Secrets.class)).isNotNull();
        }
    }

    @Test
    void refusesToStartAndTellsEveryMistakeWithoutAStackTrace(CapturedOutput output) throws IOException {
        write("a", "titel: Shop\nalerts: {label: system, value: s}\nservices: [{id: web, container: one}]\n");
        write("b", "title: Shop\nalerts: {label: system}\nservices: [{id: web, container: one}]\n");

        Throwable thrown = catchThrowable(this::start);

        assertThat(thrown).rootCause().isInstanceOf(CatalogueException.class);
        assertThat(output)
                .contains("the catalogue has 3 mistakes:")
                .contains("systems/a/titel: is not a known key, did you mean 'title'?")
                .contains("systems/a: must have the key 'title'")
                .contains("systems/b/alerts: must have the key 'value'")
                .contains("EXAMPLE.yaml shows every key")
                .doesNotContain("\tat dev.sternway");
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(CatalogueConfiguration.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "sternway.config-directory=" + directory,
                        "spring.config.location=optional:file:" + directory + "/",
                        "spring.main.banner-mode=off")
                .run();
    }

    private void write(String id, String yaml) throws IOException {
        Files.createDirectories(directory.resolve("systems"));
        Files.writeString(directory.resolve("systems").resolve(id + ".yaml"), yaml);
    }
}
