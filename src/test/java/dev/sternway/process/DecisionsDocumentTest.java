package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.decision.Case;
import dev.sternway.decision.Facts;
import dev.sternway.decision.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/decisions.md} says what the tables say: its last part is written from them, its words are theirs. */
class DecisionsDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/decisions.md");
    private static final String MARK = "-Dsternway.write=true -->\n";
    private static final Pattern WORD = Pattern.compile("\"([A-Z_]+)\"");

    @Test
    void itsTablesAreWrittenFromTheFiles() throws IOException {
        String document = Files.readString(DOCUMENT);
        int end = document.indexOf(MARK) + MARK.length();
        String wanted = document.substring(0, end) + written();
        if (Boolean.getBoolean("sternway.write")) {
            Files.writeString(DOCUMENT, wanted);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("write it anew: mvn test -Dtest=DecisionsDocumentTest -Dsternway.write=true")
                .isEqualTo(wanted);
    }

    @Test
    void itsSymptomsAreThoseThatRowsTest() throws IOException {
        Set<String> tested = new TreeSet<>();
        DecisionTables.COLLECTING.forEach(id -> TableFiles.read(id).rows().forEach(row -> {
            Matcher words = WORD.matcher(row.conditions().getOrDefault("symptom", ""));
            while (words.find()) {
                tested.add(words.group(1));
            }
        }));
        String document = Files.readString(DOCUMENT);
        String list =
                document.substring(document.indexOf("| symptom | say it when |"), document.indexOf("## Switching"));

        assertThat(list.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.substring(3, line.indexOf('`', 3))))
                .containsExactlyInAnyOrderElementsOf(tested);
    }

    @Test
    void itsFactsAreThoseOfTheCode() throws IOException {
        String document = Files.readString(DOCUMENT);

        assertThat(document)
                .contains(Facts.NAMES.stream().map(name -> "| `" + name + "` |").toList());
        assertThat(document)
                .contains(Outcome.FIELDS.stream().map(name -> "`" + name + "`").toList());
    }

    static List<Case> cases() throws IOException {
        return Case.read(Files.readString(Path.of("docs/decision-cases.yaml")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itsCasesAreDecidedAsTheyExpect(Case each) {
        DisabledRules none = new DisabledRules(new DecisionSettings(List.of()), null);
        Map<String, String> decided = Outcome.of(new Weighing(null, none).weigh(TableFiles.all(), each.alerts()));

        assertThat(decided).as(each.name()).containsAllEntriesOf(each.expected());
    }

    @Test
    void itsCaseIsOneOfTheFile() throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf("```yaml\n- name") + "```yaml\n".length();

        assertThat(Files.readString(Path.of("docs/decision-cases.yaml")))
                .contains(document.substring(begin, document.indexOf("```", begin)));
    }

    private static String written() {
        StringBuilder text = new StringBuilder();
        for (String id : DecisionTables.ALL) {
            DmnModelInstance model = Dmn.readModelFromStream(
                    new ByteArrayInputStream(TableFiles.text(id).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            Decision decision =
                    model.getModelElementsByType(Decision.class).iterator().next();
            Map<String, String> labels = model.getModelElementsByType(Input.class).stream()
                    .collect(Collectors.toMap(
                            input -> input.getInputExpression().getText().getTextContent(),
                            Input::getLabel,
                            (one, other) -> one,
                            LinkedHashMap::new));
            DecisionTable table = TableFiles.read(id);
            text.append("\n### ").append(id).append("\n\n");
            text.append(decision.getDescription().getTextContent()).append("\n\n");
            text.append("It takes ")
                    .append(table.hitPolicy().equals("FIRST") ? "the first row that fits" : "every row that fits")
                    .append(" and gives ")
                    .append(table.outputs().stream()
                            .filter(output -> !Set.of("rule", "reason").contains(output))
                            .map(output -> "`" + output + "`")
                            .collect(Collectors.joining(", ")))
                    .append(".\n\n");
            table.rows().forEach(row -> text.append(prose(row, labels::get)));
        }
        return text.toString();
    }

    private static String prose(DecisionTable.Row row, Function<String, String> label) {
        String when = row.conditions().entrySet().stream()
                .map(test -> small(label.apply(test.getKey())) + " `" + test.getValue() + "`")
                .collect(Collectors.joining(" and "));
        String then = row.outputs().entrySet().stream()
                .filter(output -> !Set.of("rule", "reason").contains(output.getKey()))
                .filter(output -> !output.getValue().equals("null"))
                .map(output -> output.getKey() + " `" + output.getValue().replace("\"", "") + "`")
                .collect(Collectors.joining(", "));
        return "- **" + row.rule() + "** " + row.description() + ". " + (when.isEmpty() ? "Always" : "When " + when)
                + ": " + then + ".\n";
    }

    private static String small(String label) {
        return label.substring(0, 1).toLowerCase(Locale.ROOT) + label.substring(1);
    }
}
