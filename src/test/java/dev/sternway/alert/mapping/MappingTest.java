package dev.sternway.alert.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.alert.Alert;
import dev.sternway.alert.format.Reading;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** What alerts are understood as, by the settings that Sternway brings and by those of a user. */
class MappingTest {
    private final Mapping usual = new Mapping(settings(new FileSystemResource("config/application.yaml")));
    private final List<String> notes = new ArrayList<>();

    private static MappingSettings settings(Resource yaml) {
        try {
            StandardEnvironment environment = new StandardEnvironment();
            environment
                    .getPropertySources()
                    .addFirst(new YamlPropertySourceLoader().load("test", yaml).get(0));
            return Binder.get(environment)
                    .bind("sternway.alerts.mapping", MappingSettings.class)
                    .get();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Mapping of(String yaml) {
        String nested = yaml.indent(6);
        return new Mapping(
                settings(new ByteArrayResource(("sternway:\n  alerts:\n    mapping:\n" + nested).getBytes())));
    }

    private Alert map(Mapping mapping, String format, String labels, String annotations, String origin) {
        try {
            JsonNode json = new JsonMapper().readTree(origin == null || origin.isBlank() ? "{}" : origin);
            Alert alert = new Alert(
                    format,
                    "s",
                    "s/firing",
                    Alert.Status.FIRING,
                    "It fails",
                    Instant.EPOCH,
                    pairs(labels),
                    pairs(annotations));
            return mapping.apply(format, new Reading.Found(alert, json), notes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text == null ? new String[0] : text.split(";")) {
            String[] both = pair.strip().split("=", 2);
            pairs.put(both[0], both[1]);
        }
        return pairs;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "alertmanager | alertname=KubePodCrashLooping            |                      | symptom=CRASH",
                "alertmanager | alertname=KubePodCrashLoopingSometimes   |                      | ",
                "alertmanager | alertname=TargetDown                     |                      | symptom=UNRESPONSIVE",
                "grafana      | alertname=OOMKilled                      |                      | symptom=OUT_OF_MEMORY",
                "alertmanager | alertname=TargetDown; symptom=ux         |                      | symptom=UX",
                "alertmanager | failure_type=data corruption             |                      | symptom=DATA_CORRUPTION",
                "alertmanager | feature_flag=express                     |                      | feature=express",
                "alertmanager | component=api                            |                      | service=api",
                "alertmanager | importance=critical                      |                      | importance=CRITICAL",
                "datadog      | kube_deployment=shop-api                 |                      | service=shop-api",
                "sns | namespace=AWS/ApiGateway; metric=5XXError; statistic=AVERAGE | value=0.061 | error_rate=6.1",
                "sns | namespace=AWS/ApiGateway; metric=5XXError; statistic=SUM     | value=61    | ",
                "sns | namespace=AWS/ApiGateway; metric=Latency          | value=4500           | latency=4.5",
                "sns | namespace=AWS/ApplicationELB; metric=TargetResponseTime | value=2.75     | latency=2.75",
                "sns | namespace=AWS/RDS; metric=ReplicaLag              | value=900            | symptom=REPLICATION_BROKEN",
                "sns | metric=StatusCheckFailed_System                   |                      | symptom=UNRESPONSIVE",
                "sns | DBInstanceIdentifier=orders                       |                      | service=orders"
            })
    void understandsWhatIsWellKnown(String format, String labels, String annotations, String wanted) {
        Alert alert = map(usual, format, labels, annotations, null);

        Map<String, String> facts = new LinkedHashMap<>(alert.labels());
        facts.putAll(alert.annotations());
        facts.keySet().removeIf(name -> pairs(labels).containsKey(name) && !name.matches("symptom|importance"));
        facts.remove("value");
        assertThat(facts).isEqualTo(pairs(wanted));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "error_rate=12.5 %        | error_rate=12.5",
                "error_rate=7             | error_rate=7",
                "error_ratio=0.05         | error_rate=5",
                "errorRate=7.50           | error_rate=7.5",
                "latency=450ms            | latency=0.45",
                "latency=2.5              | latency=2.5",
                "latency=1.5 min          | latency=90",
                "latency_ms=800           | latency=0.8",
                "slowdown=3x              | slowdown=3",
                "degradation=60%          | degradation=60",
                "affected_users_ratio=.3  | affected_users=30",
                "sustained_for=300        | sustained_for=300s",
                "sustained_for=5m         | sustained_for=5m",
                "sustained_for=1h30m      | sustained_for=1h30m",
                "sustained_for=PT5M       | sustained_for=PT5M",
                "within_sla=Yes           | within_sla=true",
                "workaround=FALSE         | workaround=false"
            })
    void readsFiguresWhateverTheirUnit(String annotation, String wanted) {
        Alert alert = map(usual, "alertmanager", null, annotation, null);

        assertThat(alert.annotations()).containsAllEntriesOf(pairs(wanted));
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error_rate=NaN",
                "error_rate=+Inf",
                "error_rate=many",
                "error_rate=5 ms",
                "error_rate=1e999",
                "error_rate=9999999999999999999999",
                "latency=5 %",
                "latency=-",
                "sustained_for=-5m",
                "sustained_for=PT999999H",
                "sustained_for=for ever",
                "within_sla=perhaps"
            })
    void countsAsUnknownWhatItCannotReadAndSaysSo(String annotation) {
        Alert alert = map(usual, "alertmanager", null, annotation, null);

        assertThat(alert.annotations()).isEmpty();
        assertThat(notes).singleElement().asString().contains("cannot be read");
    }

    @Test
    void findsAFactInTheMessageItself() {
        Mapping mapping = of("""
                fields:
                  pagerduty:
                    symptom: [/data/none, /data/priority/summary]
                    error-rate: [/data/ratio * 100]
                """);

        Alert alert = map(
                mapping,
                "pagerduty",
                null,
                null,
                "{'data': {'priority': {'summary': 'data loss'}, 'ratio': 0.07}}".replace('\'', '"'));

        assertThat(alert.labels()).containsEntry("symptom", "DATA_LOSS");
        assertThat(alert.annotations()).containsEntry("error_rate", "7");
        assertThat(map(mapping, "grafana", null, null, "{\"data\": {\"ratio\": 0.07}}")
                        .annotations())
                .isEmpty();
    }

    @Test
    void takesTheFirstRuleForEachFactAndTheAlertsOwnWordBefore() {
        Mapping mapping = of("""
                rules:
                  - {name: '.*Checkout.*', set: {symptom: FEATURE_FAILURE, feature: checkout}}
                  - {labels: {team: 'shop|till'}, set: {symptom: UX, importance: major}, take: {error-rate: fails}}
                """);

        Alert both = map(mapping, "grafana", "alertname=SlowCheckout; team=till", "fails=8 %", null);
        assertThat(both.labels())
                .containsEntry("symptom", "FEATURE_FAILURE")
                .containsEntry("feature", "checkout")
                .containsEntry("importance", "MAJOR");
        assertThat(both.annotations()).containsEntry("error_rate", "8");
        Alert own = map(mapping, "grafana", "alertname=SlowCheckout; symptom=crash; feature=basket", null, null);
        assertThat(own.labels()).containsEntry("symptom", "CRASH").containsEntry("feature", "basket");
        assertThat(map(mapping, "grafana", "alertname=Other; team=sales", null, null)
                        .labels())
                .doesNotContainKey("symptom");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: [{set: {symptom: CRASH}}]                    | rules[0]: must have a 'name' or 'labels'",
                "rules: [{name: '(', set: {symptom: CRASH}}]         | rules[0].name: is no regular expression",
                "rules: [{name: a, set: {sympton: CRASH}}]           | 'sympton' is no fact; known are [symptom, feature",
                "rules: [{name: a, set: {importance: huge}}]         | rules[0].set.importance: cannot be 'huge'",
                "fields: {all: {error_rates: [a]}}                   | 'error_rates' is no fact"
            })
    void refusesSettingsThatMeanNothing(String yaml, String message) {
        assertThatThrownBy(() -> of(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnAlertWithMoreLabelsThanAnybodyReads() {
        String labels = IntStream.range(0, 201).mapToObj(i -> "l" + i + "=x").collect(Collectors.joining(";"));

        assertThatThrownBy(() -> map(usual, "alertmanager", labels, null, null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("at most 200 labels, got 201");
    }
}
