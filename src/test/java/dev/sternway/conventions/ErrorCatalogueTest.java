package dev.sternway.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.port.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every error code is explained in docs/errors.md, and nothing else is. */
class ErrorCatalogueTest {
    @Test
    void explainsEveryCodeAndNoOther() throws IOException {
        assertThat(explained().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void saysOfEachWhatItMeansWhatIsSafeAndWhatToDo() throws IOException {
        explained().forEach((code, lines) -> {
            assertThat(lines).as(code).anyMatch(line -> line.startsWith("- Means: "));
            assertThat(lines).as(code).anyMatch(line -> line.startsWith("- Not touched: "));
            assertThat(lines).as(code).anyMatch(line -> line.startsWith("- Do: "));
        });
    }

    private static Map<String, List<String>> explained() throws IOException {
        Map<String, List<String>> explained = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("docs/errors.md"))) {
            if (line.startsWith("#")) {
                current = new ArrayList<>();
            }
            if (line.startsWith("### ")) {
                assertThat(explained.put(line.substring(4).strip(), current))
                        .as(line + " is explained twice")
                        .isNull();
            }
            current.add(line);
        }
        return explained;
    }
}
