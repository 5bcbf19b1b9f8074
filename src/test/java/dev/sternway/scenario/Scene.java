package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.sandbox.Ports;
import dev.sternway.sandbox.Sandbox;
import dev.sternway.sandbox.demo.DemoPeople;
import dev.sternway.sandbox.demo.Pause;
import dev.sternway.sandbox.demo.Person;
import dev.sternway.sandbox.demo.Program;
import dev.sternway.sandbox.demo.RunningSternway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** A shop on containers of its own, Sternway as a process beside it, and its people: where every scenario begins. */
final class Scene implements AutoCloseable {
    static final String SYSTEM = "web-shop";

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(30);

    private final Path directory;
    private final Path data;
    private final int port = Ports.free();
    private final Sandbox sandbox;
    private final DemoPeople people;
    private final Thread atTheEnd = new Thread(this::close, "scene-end");
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Person> signedIn = new HashMap<>();
    private RunningSternway sternway;
    private boolean closed;

    /** @param name of the scene, for its directory and as prefix of its containers, e.g. {@code s1} */
    private Scene(String name) {
        directory = Path.of("target", "scenario", name).toAbsolutePath();
        LeftOver.clear(directory);
        data = directory.resolve("data-" + Instant.now().toEpochMilli());
        sandbox = Sandbox.start(directory.resolve("sandbox"), port, name + "-");
        people = DemoPeople.write(sandbox.configuration(), sandbox.alertmanagerToken());
        Runtime.getRuntime().addShutdownHook(atTheEnd);
    }

    /** The shop runs 1.4.0 and Sternway looks after it. */
    static Scene open(String name) {
        Scene scene = new Scene(name);
        try {
            scene.sandbox.deployGood();
            scene.startSternway();
            return scene;
        } catch (RuntimeException e) {
            scene.close();
            throw e;
        }
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path backups() {
        return data.resolve("backups");
    }

    Path log() {
        return directory.resolve("sternway.log");
    }

    /** On the same data directory each time. */
    void startSternway() {
        sternway = RunningSternway.start(Program.ofClassPath(), port, data, sandbox.configuration(), log());
        signedIn.clear();
    }

    /** {@code kill -9}; its embedded PostgreSQL survives. */
    void killSternway() {
        sternway.kill();
    }

    /** Starts Sternway after a kill: it adopts the PostgreSQL that survived and goes on by itself. */
    void startAgainAndSeeItGoOn(String incident) {
        long postmaster = postmaster().orElseThrow().pid();
        Instant killed = Instant.now();
        startSternway();
        assertThat(postmaster().orElseThrow().pid())
                .as("the embedded PostgreSQL is adopted")
                .isEqualTo(postmaster);
        Pause.until(
                "the incident goes on after the restart",
                GOES_ON_WITHIN,
                () -> evidence(incident).stream()
                        .anyMatch(entry ->
                                Instant.parse(entry.path("endedAt").asText()).isAfter(killed)));
    }

    private Optional<ProcessHandle> postmaster() {
        return LeftOver.process(data.resolve("postgresql/data/postmaster.pid"));
    }

    Person person(String id) {
        return signedIn.computeIfAbsent(id, who -> Person.signIn(sternway.address(), who, people.password(who)));
    }

    /** What the command line prints to the person; it must succeed. */
    String commandLine(String person, String... words) {
        try {
            Path password = Files.writeString(directory.resolve("password-of-" + person), people.password(person));
            ProcessBuilder command = new ProcessBuilder(Program.ofClassPath().command(List.of(), List.of(words)))
                    .redirectErrorStream(true);
            command.environment().put("STERNWAY_URL", sternway.address().toString());
            command.environment().put("STERNWAY_USER", person);
            command.environment().put("STERNWAY_PASSWORD_FILE", password.toString());
            Process process = command.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Before an upgrade: records the release that runs and takes a backup set. */
    void snapshot(String version) {
        Person.Answer answer = person("olga").tell("/api/systems/" + SYSTEM + "/snapshots", Map.of("version", version));
        assertThat(answer.taken()).as(answer.body()).isTrue();
        String key = answer.json().path("businessKey").asText();
        Pause.until("the snapshot is taken", SOON, () -> {
            JsonNode snapshot = person("olga").api("/api/snapshots/" + key);
            assertThat(snapshot.path("state").asText()).as(snapshot.toString()).isNotEqualTo("FAILED");
            return snapshot.path("state").asText().equals("DONE");
        });
    }

    /** A message as it was captured from a real Alertmanager, about another system, symptom and time. */
    static String message(String system, String symptom) {
        try (var in = Scene.class.getResourceAsStream("alertmanager-message.json")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .replace("${system}", system)
                    .replace("${symptom}", symptom)
                    .replace("${startsAt}", Instant.now().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the webhook answers to a message, shown a token. */
    HttpResponse<String> post(String message, String token) {
        HttpRequest request = HttpRequest.newBuilder(sternway.address().resolve("/alerts/alertmanager"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(message))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    String token() {
        try {
            return Files.readString(sandbox.alertmanagerToken());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells Sternway of the symptom and gives the incident that this opens. */
    String alert(String symptom) {
        HttpResponse<String> answer = post(message(SYSTEM, symptom), token());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return awaitIncident();
    }

    String awaitIncident() {
        Pause.until("an incident runs", SOON, () -> running().isPresent());
        return running().orElseThrow();
    }

    /** The incident that runs, if one does. */
    Optional<String> running() {
        return list(person("vera").api("/api/incidents")).stream()
                .filter(incident -> incident.path("endedAt").isNull())
                .map(incident -> incident.path("id").asText())
                .findFirst();
    }

    JsonNode incident(String id) {
        return person("vera").api("/api/incidents/" + id);
    }

    String state(String id) {
        return incident(id).path("state").asText();
    }

    List<JsonNode> evidence(String incident) {
        return list(person("vera").api("/api/incidents/" + incident + "/evidence"));
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** The entries of a step on a target, e.g. {@code revertImage} on {@code shop-api}. */
    List<JsonNode> evidence(String incident, String step, String target) {
        return evidence(incident).stream().filter(is(step, target)).toList();
    }

    static Predicate<JsonNode> is(String step, String target) {
        return entry -> entry.path("step").asText().equals(step)
                && (target == null || entry.path("target").asText().equals(target));
    }

    /** Returns as soon as the step has been proved on the target. */
    void awaitProof(String incident, String step, String target) {
        Pause.until("'" + step + "' is proved on '" + target + "'", SOON, () -> {
            List<JsonNode> all = evidence(incident);
            assertThat(all).noneMatch(is("planLevel", null).and(Scene::refused));
            return all.stream().filter(is(step, target)).anyMatch(Scene::done);
        });
    }

    static boolean done(JsonNode entry) {
        return List.of("PROVED", "ALREADY").contains(entry.path("outcome").asText());
    }

    static boolean refused(JsonNode entry) {
        return entry.path("outcome").asText().equals("REFUSED");
    }

    /** The open task of the person in the incident, waited for. */
    String awaitTask(String person, String incident, String task) {
        Pause.until(
                "'" + task + "' is there for " + person,
                SOON,
                () -> person(person).task(incident, task).isPresent());
        return person(person).task(incident, task).orElseThrow();
    }

    /** Carla types the phrase as soon as the loss is measured. */
    void confirmDataLoss(String incident) {
        String task = awaitTask("carla", incident, "userTask_confirmDataLoss");
        Pause.until("the phrase is taken", SOON, () -> {
            Person.Answer answer =
                    person("carla").submit(task, Map.of("decision", "APPROVE", "phrase", "CONFIRM DATA LOSS"));
            assertThat(answer.taken() || answer.body().contains("LOSS_NOT_MEASURED"))
                    .as(answer.body())
                    .isTrue();
            return answer.taken();
        });
    }

    /** Theo decides as the second person. */
    Person.Answer decideDataLoss(String incident, String decision) {
        String task = awaitTask("theo", incident, "userTask_approveDataLoss");
        return person("theo").submit(task, Map.of("decision", decision));
    }

    /** Carla ends an incident that waits for a choice. */
    void stopHere(String incident) {
        String task = awaitTask("carla", incident, "userTask_chooseNextStep");
        Person.Answer answer = person("carla").submit(task, Map.of("nextStep", "STOP", "reason", "seen enough"));
        assertThat(answer.taken()).as(answer.body()).isTrue();
        Pause.until(
                "the incident has ended",
                SOON,
                () -> !incident(incident).path("endedAt").isNull());
    }

    /** The evidence is whole, as Sternway itself checks it. */
    void requireWholeEvidence(String incident) {
        assertThat(incident(incident).path("brokenAt").isNull())
                .as("the chain of evidence holds")
                .isTrue();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (sternway != null) {
                sternway.close();
            }
            // After a kill that no restart followed it runs alone.
            postmaster().ifPresent(ProcessHandle::destroy);
        } finally {
            sandbox.close();
        }
        if (Thread.currentThread() != atTheEnd) {
            Runtime.getRuntime().removeShutdownHook(atTheEnd);
        }
    }
}
