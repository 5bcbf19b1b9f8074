package dev.sternway.alert.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.format.AlertFormat;
import dev.sternway.alert.format.Message;
import dev.sternway.alert.format.Reading;
import dev.sternway.port.AmazonSns;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** Who is let in: secrets that change, secrets that are gone, and settings that let nobody or everybody in. */
class SendersTest {
    @TempDir
    Path directory;

    private static Senders senders(String yaml) {
        try {
            StandardEnvironment environment = new StandardEnvironment();
            String whole = "sternway:\n  alerts:\n    senders:\n" + yaml.indent(6);
            environment
                    .getPropertySources()
                    .addFirst(new YamlPropertySourceLoader()
                            .load("test", new ByteArrayResource(whole.getBytes()))
                            .get(0));
            List<AlertFormat> formats = Stream.of("alertmanager", "grafana", "generic", "sns")
                    .<AlertFormat>map(Named::new)
                    .toList();
            return new Senders(
                    Binder.get(environment)
                            .bind("sternway.alerts", SenderSettings.class)
                            .get(),
                    formats,
                    new StaticListableBeanFactory().getBeanProvider(AmazonSns.class));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A format of which only the name matters. */
    private record Named(String name) implements AlertFormat {
        @Override
        public boolean looksLike(JsonNode message) {
            return false;
        }

        @Override
        public Reading read(Message message) {
            throw new UnsupportedOperationException();
        }
    }

    private static Message with(String header, String value) {
        return new Message(Map.of(header, value), new byte[0], Instant.now());
    }

    private Path secret(String name, String value) throws IOException {
        return Files.writeString(directory.resolve(name), value + "\n");
    }

    @Test
    void readsSecretsAnewSoThatAChangeNeedsNoRestart() throws IOException {
        Path file = secret("token", "monday");
        Senders senders = senders("alertmanager: {bearer: 'file:%s'}".formatted(file));
        assertThat(senders.objection("alertmanager", with("Authorization", "Bearer monday")))
                .isEmpty();

        secret("token", "tuesday");

        assertThat(senders.objection("alertmanager", with("authorization", "bearer tuesday")))
                .isEmpty();
        assertThat(senders.objection("alertmanager", with("Authorization", "Bearer monday")))
                .hasValue("a wrong bearer token");
    }

    @Test
    void turnsNobodyAwayForASecretThatCannotBeRead() throws IOException {
        Path there = secret("new", "tuesday");
        Senders senders =
                senders("alertmanager: {bearer: ['file:%s', 'file:%s']}".formatted(directory.resolve("gone"), there));

        assertThat(senders.objection("alertmanager", with("Authorization", "Bearer tuesday")))
                .isEmpty();
        assertThatThrownBy(() -> senders.objection("alertmanager", with("Authorization", "Bearer monday")))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void letsNobodyInByAnEmptySecret() throws IOException {
        Senders senders =
                senders("generic: {bearer: 'file:%1$s', hmac: {keys: 'file:%1$s'}}".formatted(secret("empty", "")));

        assertThat(senders.objection("generic", with("Authorization", "Bearer ")))
                .isPresent();
        assertThat(senders.objection("generic", with("X-Sternway-Signature", "sha256=" + "0".repeat(64))))
                .isPresent();
    }

    @Test
    void keepsAFormatClosedThatNobodyConfigured() throws IOException {
        Senders senders = senders("alertmanager: {bearer: 'file:%s'}".formatted(secret("token", "x")));

        assertThat(senders.objectionToHeaders("grafana", with("Authorization", "Bearer x")))
                .hasValue("no sender is configured for the format");
    }

    @Test
    void readsTheBodyOnlyWhereASignatureMayBeOverIt() throws IOException {
        Path file = secret("key", "x");
        Senders senders =
                senders("alertmanager: {bearer: 'file:%1$s'}\ngrafana: {bearer: 'file:%1$s', hmac: {keys: 'file:%1$s'}}"
                        .formatted(file));

        assertThat(senders.objectionToHeaders("alertmanager", with("Authorization", "Bearer y")))
                .isPresent();
        assertThat(senders.objectionToHeaders("grafana", with("Authorization", "Bearer y")))
                .isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "morse: {bearer: 'env:TOKEN'}                         | senders.morse: there is no such format; known are",
                "grafana: {hmac: {prefix: a}}                         | senders.grafana.hmac: needs keys",
                "generic: {basic: [{user: me}]}                       | senders.generic.basic: needs a user and a password",
                "generic: {header: {name: X-A}}                       | senders.generic.header: needs a name and secrets",
                "sns: {bearer: 'env:TOKEN'}                           | senders.sns: takes topics only",
                "sns: {topics: ['arn:aws:sqs:eu-west-1:123456789012:a']} | senders.sns.topics: are ARNs of topics",
                "generic: {topics: ['arn:aws:sns:eu-west-1:123456789012:a']} | senders.generic.topics: are ARNs of topics, for sns"
            })
    void refusesSettingsThatMeanNothing(String yaml, String message) {
        assertThatThrownBy(() -> senders(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesASecretThatIsWrittenDown() {
        assertThatThrownBy(() -> senders("generic: {bearer: hunter2}"))
                .rootCause()
                .hasMessageContaining("file:PATH");
    }
}
