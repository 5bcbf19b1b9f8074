package dev.sternway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** {@code config/application.yaml} is the manual of the settings: it has every key, and a comment above each group. */
class ConfigurationFileTest {

    private static final Path FILE = Path.of("config/application.yaml");

    @Test
    void hasEveryKeyThatTheCodeReads() throws Exception {
        Set<String> written = written();

        assertThat(settings())
                .as("settings whose every key is in " + FILE)
                .isNotEmpty()
                .allSatisfy(record -> assertThat(keys(record)).isSubsetOf(written));
    }

    @Test
    void namesNoKeyOfItsOwnThatNobodyReads() throws Exception {
        List<String> read =
                settings().stream().flatMap(record -> keys(record).stream()).toList();

        List<String> maps =
                settings().stream().flatMap(record -> maps(record).stream()).toList();

        assertThat(written())
                .filteredOn(key -> key.startsWith("sternway."))
                .filteredOn(key -> !key.equals("sternway.data-directory"))
                .filteredOn(key -> maps.stream().noneMatch(map -> key.startsWith(map + ".")))
                .isSubsetOf(read);
    }

    @Test
    void holdsNoSecret() throws IOException {
        assertThat(Files.readString(FILE)).doesNotContainPattern("(?m)^\\s*password: (?!\"\")");
    }

    private static List<String> keys(Class<?> settings) {
        return keys(settings.getAnnotation(ConfigurationProperties.class).value(), settings);
    }

    private static List<String> keys(String prefix, Class<?> record) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            String key = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                keys.addAll(keys(key, component.getType()));
            } else if (component.getType() != Map.class) {
                // A map's keys are the user's.
                keys.add(key);
            }
        }
        return keys;
    }

    /** Whose keys are the user's, though some may be written with what they are by default. */
    private static List<String> maps(Class<?> settings) {
        String prefix = settings.getAnnotation(ConfigurationProperties.class).value();
        return Arrays.stream(settings.getRecordComponents())
                .filter(component -> component.getType() == Map.class)
                .map(component -> prefix + "." + component.getName())
                .toList();
    }

    private static Set<String> written() throws IOException {
        EnumerablePropertySource<?> source = (EnumerablePropertySource<?>) new YamlPropertySourceLoader()
                .load("application", new FileSystemResource(FILE))
                .get(0);
        // A list's elements are its value.
        return Arrays.stream(source.getPropertyNames())
                .map(key -> key.replaceFirst("\\[.*", ""))
                .collect(Collectors.toSet());
    }

    private static List<Class<?>> settings() throws ClassNotFoundException {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Class<?>> found = new ArrayList<>();
        for (var candidate : scanner.findCandidateComponents("dev.sternway")) {
            found.add(Class.forName(candidate.getBeanClassName()));
        }
        return found;
    }
}
