package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.sternway.sandbox.DockerEngine;
import dev.sternway.sandbox.demo.Pause;
import dev.sternway.sandbox.demo.Person;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What cannot end well is refused with its place and its remedy, and the shop is as it was. */
@Tag("docker")
class RefusedBeforeTouching {
    private static final String RECORDED = "s4-shop-api:1.4.0";
    private static final Duration SOON = Duration.ofSeconds(60);

    private static Scene scene;

    @BeforeAll
    static void anUpgradeHasFailed() throws IOException {
        scene = Scene.open("s4");
        // An image of its own, that the test about its loss may remove.
        scene.sandbox()
                .docker()
                .commitCmd(scene.sandbox().names().api())
                .withRepository("s4-shop-api")
                .withTag("1.4.0")
                .exec();
        scene.sandbox().shop().deploy(RECORDED, scene.sandbox().images().goodWeb());
        scene.snapshot("1.4.0");
        scene.sandbox().deployBad();
    }

    @AfterAll
    static void close() {
        if (scene != null) {
            try {
                scene.close();
            } finally {
                removeRecorded();
            }
        }
    }

    @Test
    void alertWithAWrongToken() {
        refusedAtTheDoor(
                scene.post(Scene.message(Scene.SYSTEM, "CRASH"), "guessed"),
                401,
                "the sender is not known",
                "docs/alerts.md");
    }

    @Test
    void alertThatIsBrokenJson() {
        String broken = Scene.message(Scene.SYSTEM, "CRASH").replaceFirst("]", "");
        refusedAtTheDoor(scene.post(broken, scene.token()), 400, "line 1, column", "webhook_configs");
    }

    @Test
    void alertAboutAnUnknownSystem() {
        refusedAtTheDoor(
                scene.post(Scene.message("web-shed", "CRASH"), scene.token()),
                422,
                "web-shed",
                "known are [system=web-shop]",
                "config/systems");
    }

    private void refusedAtTheDoor(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"hint\"").contains(words);
        assertThat(scene.running()).isEmpty();
    }

    @Test
    void backupWhoseFileIsGone() throws IOException {
        Path file = backupFile();
        Path away = scene.backups().resolve("away");
        Files.move(file, away);
        try {
            refusedByThePlan(
                    "DATA_CORRUPTION", "BACKUP_MISSING", file.getFileName().toString(), "put it back");
        } finally {
            Files.move(away, file);
        }
    }

    @Test
    void backupThatIsTruncated() throws IOException {
        Path file = backupFile();
        Path whole = Files.copy(file, scene.backups().resolve("whole"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
            refusedByThePlan(
                    "DATA_CORRUPTION", "BACKUP_TRUNCATED", file.getFileName().toString(), "its manifest says");
        } finally {
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void imageThatIsGone() throws IOException {
        Path saved = Path.of("target/scenario/s4/image.tar");
        try (DockerClient docker = DockerEngine.connect();
                InputStream image = docker.saveImageCmd(RECORDED).exec()) {
            Files.copy(image, saved, StandardCopyOption.REPLACE_EXISTING);
        }
        removeRecorded();
        refusedByThePlan("CRASH", "IMAGE_NOT_PRESENT", RECORDED, "pull or load it there");
        try (DockerClient docker = DockerEngine.connect();
                InputStream image = Files.newInputStream(saved)) {
            docker.loadImageCmd(image).exec();
        }
    }

    private static void removeRecorded() {
        try (DockerClient docker = DockerEngine.connect()) {
            String image = docker.inspectImageCmd(RECORDED).exec().getId();
            // What Sternway keeps is not pruned: whoever wants it gone takes the hold away first.
            docker.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of("dev.sternway.keep.image", image))
                    .exec()
                    .forEach(hold -> docker.removeContainerCmd(hold.getId()).exec());
            docker.removeImageCmd(image).withForce(true).exec();
        } catch (NotFoundException gone) {
            // A test has removed it.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refusedByThePlan(String symptom, String code, String place, String remedy) {
        ShopState before = ShopState.of(scene.sandbox());
        String incident = scene.alert(symptom);
        Pause.until(
                "the plan is refused",
                SOON,
                () -> scene.evidence(incident, "planLevel", null).stream().anyMatch(Scene::refused));
        JsonNode refusal = scene.evidence(incident, "planLevel", null).stream()
                .filter(Scene::refused)
                .findFirst()
                .orElseThrow();
        assertThat(refusal.path("details").path("code").asText()).isEqualTo(code);
        assertThat(refusal.path("seen").asText()).contains(place, remedy);
        scene.stopHere(incident);
        assertThat(ShopState.of(scene.sandbox())).isEqualTo(before);
    }

    @Test
    void planWhoseWorldChangedBeforeTheSecondApproval() {
        String incident = scene.alert("DATA_CORRUPTION");
        String task = scene.awaitTask("carla", incident, "userTask_confirmDataLoss");
        Person.Answer wrong =
                scene.person("carla").submit(task, Map.of("decision", "APPROVE", "phrase", "yes, lose it"));
        assertThat(wrong.taken()).isFalse();
        assertThat(wrong.body()).contains("PHRASE_WRONG");
        scene.confirmDataLoss(incident);

        scene.sandbox()
                .shop()
                .deploy(
                        scene.sandbox().images().badApi(),
                        scene.sandbox().images().goodWeb());
        ShopState before = ShopState.of(scene.sandbox());

        Person.Answer second = scene.decideDataLoss(incident, "APPROVE");
        assertThat(second.taken()).isFalse();
        assertThat(second.body()).contains("PLAN_CHANGED", "reject this plan");
        assertThat(scene.decideDataLoss(incident, "REJECT").taken()).isTrue();
        scene.stopHere(incident);
        assertThat(ShopState.of(scene.sandbox())).isEqualTo(before);
        assertThat(scene.evidence(incident)).noneMatch(Scene.is("swapStore", null));
        assertThat(scene.sandbox().oracle().databases()).containsExactly("shop");
        scene.sandbox().deployBad();
    }

    private static Path backupFile() throws IOException {
        try (Stream<Path> files = Files.walk(scene.backups())) {
            return files.filter(file -> file.getFileName().toString().endsWith(".dump"))
                    .filter(file -> file.getParent().toString().endsWith("-pre-upgrade"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
