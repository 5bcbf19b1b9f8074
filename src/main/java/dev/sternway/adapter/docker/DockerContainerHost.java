package dev.sternway.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Containers on a Docker engine. */
@Component
@EnableConfigurationProperties(DockerSettings.class)
class DockerContainerHost implements ContainerHost, DisposableBean {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Duration STOP_MARGIN = Duration.ofSeconds(15);
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;

    private final DockerEngine engine;
    private final DockerCommands commands;

    DockerContainerHost(DockerSettings settings) {
        this.engine = new DockerEngine(settings);
        this.commands = new DockerCommands(engine);
    }

    @Override
    public Optional<Container> find(String nameOrId) {
        return inspect(nameOrId).map(DockerContainerHost::container);
    }

    @Override
    public List<Container> findByLabel(String label, String value) {
        ObjectNode filters = JSON.objectNode();
        filters.putArray("label").add(label + "=" + value);
        JsonNode listed = ok(
                engine.call(Method.GET, "/containers/json?all=true&filters=" + Names.encode(filters.toString())),
                "containers with label '" + label + "'");
        List<Container> found = new ArrayList<>();
        listed.forEach(each -> find(each.path("Id").asText()).ifPresent(found::add));
        return found;
    }

    @Override
    public boolean hasImage(String imageId) {
        return image(imageId)
                .filter(image -> !imageId.startsWith("sha256:")
                        || image.path("Id").asText().equals(imageId))
                .isPresent();
    }

    @Override
    public void keepImage(String imageId, String keeper) {
        new KeptImages(engine).keep(imageId, keeper);
    }

    @Override
    public Set<String> keptImages(String keeper) {
        return new KeptImages(engine).of(keeper);
    }

    @Override
    public void letImageGo(String imageId, String keeper) {
        new KeptImages(engine).letGo(imageId, keeper);
    }

    @Override
    public Optional<String> repositoryDigest(String imageId) {
        return image(imageId)
                .map(image -> image.path("RepoDigests").path(0).asText(""))
                .filter(digest -> !digest.isEmpty());
    }

    @Override
    public JsonNode specification(String nameOrId) {
        JsonNode container = inspect(nameOrId)
                .orElseThrow(() -> new OutsideException("container '" + nameOrId + "' is not there any more"));
        String imageId = container.path("Image").asText();
        JsonNode image = image(imageId)
                .orElseThrow(() -> new OutsideException("image '" + imageId + "' of container '" + nameOrId
                        + "' is gone: what the user had set cannot be told from what the image brought"));
        return Specification.of(container, image.path("Config"));
    }

    @Override
    public String create(
            String name,
            String imageId,
            JsonNode specification,
            Map<String, String> environment,
            Map<String, String> labels) {
        Mandate.require();
        refuseSelfRemoving(name, specification);
        refuseWhatIsGone(specification);
        ObjectNode body = Specification.createBody(specification, imageId, environment, labels);
        String id = ok(
                        engine.call(Method.POST, "/containers/create?name=" + Names.container(name), body),
                        "container '" + name + "'")
                .path("Id")
                .asText();
        try {
            connectFurtherNetworks(id, name, specification);
        } catch (RuntimeException e) {
            removeAfter(e, id);
            throw e;
        }
        return id;
    }

    private void removeAfter(RuntimeException failure, String id) {
        try {
            remove(id);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void connectFurtherNetworks(String id, String name, JsonNode specification) {
        String primary = Specification.primaryNetwork(specification);
        specification.path("Networks").fields().forEachRemaining(network -> {
            if (!network.getKey().equals(primary)) {
                ObjectNode body = JSON.objectNode().put("Container", id);
                body.set("EndpointConfig", network.getValue());
                ok(
                        engine.call(Method.POST, "/networks/" + Names.encode(network.getKey()) + "/connect", body),
                        "container '" + name + "' in network '" + network.getKey() + "'");
            }
        });
    }

    /** Such a container is gone, with its anonymous volumes, once it is stopped: the failed one could not be kept. */
    private static void refuseSelfRemoving(String name, JsonNode specification) {
        if (specification.at("/HostConfig/AutoRemove").asBoolean()) {
            throw new Refusal(
                    ErrorCode.CONTAINER_SETTING_LOST,
                    "container '" + name + "' would remove itself when it stops (HostConfig.AutoRemove), and so would "
                            + "the one whose place it takes",
                    "recreate the service's container without '--rm'.");
        }
    }

    /** The engine would make a missing volume anew, empty, and notice a missing network only at the start. */
    private void refuseWhatIsGone(JsonNode specification) {
        List<String> gone = new ArrayList<>();
        Specification.volumes(specification).forEach((path, volume) -> {
            if (!exists("/volumes/" + Names.encode(volume))) {
                gone.add("volume '" + volume + "' for '" + path + "'");
            }
        });
        specification.path("Networks").fieldNames().forEachRemaining(network -> {
            if (!exists("/networks/" + Names.encode(network))) {
                gone.add("network '" + network + "'");
            }
        });
        if (!gone.isEmpty()) {
            throw new Refusal(
                    ErrorCode.CONTAINER_SETTING_LOST,
                    "what the container was recorded with is gone: " + String.join(", ", gone),
                    "create it again with its content, then retry the task.");
        }
    }

    private boolean exists(String path) {
        DockerEngine.Answer answer = engine.call(Method.GET, path);
        if (answer.status() == NOT_FOUND) {
            return false;
        }
        ok(answer, path);
        return true;
    }

    @Override
    public List<String> differences(JsonNode wanted, JsonNode seen) {
        return Differences.between(wanted, seen);
    }

    @Override
    public Map<String, String> volumes(JsonNode specification) {
        return Specification.volumes(specification);
    }

    @Override
    public void start(String nameOrId) {
        post(nameOrId, "/start");
    }

    @Override
    public void stop(String nameOrId, Duration grace) {
        Mandate.require();
        String path = "/containers/" + Names.container(nameOrId) + "/stop?t=" + grace.toSeconds();
        done(engine.call(Method.POST, path, grace.plus(STOP_MARGIN)), nameOrId);
    }

    @Override
    public void rename(String nameOrId, String newName) {
        post(nameOrId, "/rename?name=" + Names.container(newName));
    }

    @Override
    public void neverRestart(String nameOrId) {
        Mandate.require();
        ObjectNode update = JSON.objectNode();
        update.putObject("RestartPolicy").put("Name", "no");
        String path = "/containers/" + Names.container(nameOrId) + "/update";
        done(engine.call(Method.POST, path, update), nameOrId);
    }

    @Override
    public void remove(String nameOrId) {
        Mandate.require();
        String path = "/containers/" + Names.container(nameOrId) + "?v=false&force=false";
        done(engine.call(Method.DELETE, path), nameOrId);
    }

    @Override
    public Executed execute(String nameOrId, List<String> command, Map<String, String> environment, Duration limit) {
        return commands.execute(nameOrId, command, environment, limit);
    }

    @Override
    public Executed executeToFile(
            String nameOrId, List<String> command, Map<String, String> environment, Path output, Duration limit) {
        return commands.executeToFile(nameOrId, command, environment, output, limit);
    }

    @Override
    public void copyIn(String nameOrId, Path file, String targetPath, int ownerUid) {
        commands.copyIn(nameOrId, file, targetPath, ownerUid);
    }

    @Override
    public List<String> logs(String nameOrId, int lines) {
        return commands.logs(nameOrId, lines);
    }

    @Override
    public void destroy() throws IOException {
        engine.close();
    }

    private void post(String nameOrId, String action) {
        Mandate.require();
        done(engine.call(Method.POST, "/containers/" + Names.container(nameOrId) + action), nameOrId);
    }

    private static void done(DockerEngine.Answer answer, String nameOrId) {
        if (answer.status() != NOT_MODIFIED) {
            ok(answer, "container '" + nameOrId + "'");
        }
    }

    private Optional<JsonNode> inspect(String nameOrId) {
        DockerEngine.Answer answer = engine.call(Method.GET, "/containers/" + Names.container(nameOrId) + "/json");
        if (answer.status() == NOT_FOUND) {
            return Optional.empty();
        }
        JsonNode container = ok(answer, "container '" + nameOrId + "'");
        // The engine also takes the beginning of an id: a name must never find another container that way.
        boolean meant = container.path("Name").asText().equals("/" + nameOrId)
                || nameOrId.length() >= 12 && container.path("Id").asText().startsWith(nameOrId);
        return meant ? Optional.of(container) : Optional.empty();
    }

    private Optional<JsonNode> image(String imageId) {
        DockerEngine.Answer answer = engine.call(Method.GET, "/images/" + Names.encode(imageId) + "/json");
        return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(ok(answer, "image '" + imageId + "'"));
    }

    /** The body of a good answer. */
    static JsonNode ok(DockerEngine.Answer answer, String what) {
        if (answer.status() >= 300) {
            throw new OutsideException(what + ": the docker engine answers " + answer.status() + ", "
                    + answer.body().path("message").asText("no message"));
        }
        return answer.body();
    }

    private static Container container(JsonNode inspect) {
        JsonNode state = inspect.path("State");
        String health = state.at("/Health/Status").asText("");
        Instant startedAt = Instant.parse(state.path("StartedAt").asText("0001-01-01T00:00:00Z"));
        Map<String, String> labels = new TreeMap<>();
        inspect.at("/Config/Labels")
                .fields()
                .forEachRemaining(
                        label -> labels.put(label.getKey(), label.getValue().asText()));
        return new Container(
                inspect.path("Id").asText(),
                inspect.path("Name").asText().substring(1),
                inspect.path("Image").asText(),
                inspect.at("/Config/Image").asText(),
                state.path("Running").asBoolean(),
                state.path("ExitCode").asLong(),
                health.isEmpty() || health.equals("none") ? null : health,
                startedAt.isBefore(Instant.EPOCH) ? null : startedAt,
                labels,
                Differences.variables(inspect.at("/Config/Env")));
    }
}
