package dev.sternway.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A container host in memory with an append-only log of what changed in it, which can die after any one of its effects.
 *
 * <p>A specification here is {@code Config.Env} as an object, {@code HostConfig} and {@code Volumes} (path to name).
 */
public final class FakeContainerHost implements ContainerHost {

    /** The death of the program: nothing catches it, and the host does nothing more until {@link #revive()}. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** One container. */
    public static final class Fake {
        public final String id;
        public String name;
        public String imageId;
        public ObjectNode specification;
        public Map<String, String> labels = new TreeMap<>();
        public boolean running;
        public long exitCode;
        public String health;
        public Instant startedAt;
        public List<String> log = List.of();

        Fake(String id) {
            this.id = id;
        }
    }

    public final Map<String, Fake> containers = new TreeMap<>();
    public final Set<String> images = new HashSet<>();
    public final List<String> effects = new ArrayList<>();

    /** Fields of {@code HostConfig} that the next containers lose. */
    public final Set<String> loses = new HashSet<>();

    /** What a command gives; by default it is not in the image. */
    public BiFunction<Fake, List<String>, Executed> command = (fake, argv) -> new Executed(127, "", "not found");

    /** Names that do not start, with the message. */
    public final Map<String, String> doesNotStart = new HashMap<>();

    /** Runs right before each effect, with what it does. */
    public Consumer<String> before = what -> {};

    private int crashAfter = -1;
    private boolean dead;
    private int number;

    /** A running container of a user. */
    public Fake run(String name, String imageId, Map<String, String> environment) {
        images.add(imageId);
        Fake fake = add(name, imageId, specification(environment));
        fake.running = true;
        fake.startedAt = started();
        return fake;
    }

    public static ObjectNode specification(Map<String, String> environment) {
        ObjectNode specification = JsonNodeFactory.instance.objectNode();
        ObjectNode env = specification.putObject("Config").putObject("Env");
        new TreeMap<>(environment).forEach(env::put);
        specification
                .putObject("HostConfig")
                .put("RestartPolicy", "always")
                .put("Memory", 64)
                .put("StopSignal", "SIGINT");
        specification.putObject("Volumes").put("/data", "volume-1");
        return specification;
    }

    /** Dies right after so many further effects. */
    public void crashAfter(int furtherEffects) {
        crashAfter = effects.size() + furtherEffects;
    }

    public void revive() {
        dead = false;
        crashAfter = -1;
    }

    public Fake named(String name) {
        return containers.values().stream()
                .filter(fake -> fake.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no container '" + name + "' among " + names()));
    }

    public List<String> names() {
        return containers.values().stream().map(fake -> fake.name).sorted().toList();
    }

    /** Images that are kept, with their keepers. */
    public final Set<String> kept = new java.util.TreeSet<>();

    @Override
    public void keepImage(String imageId, String keeper) {
        kept.add(keeper + "/" + imageId);
    }

    @Override
    public Set<String> keptImages(String keeper) {
        return kept.stream()
                .filter(each -> each.startsWith(keeper + "/"))
                .map(each -> each.substring(keeper.length() + 1))
                .collect(java.util.stream.Collectors.toSet());
    }

    @Override
    public void letImageGo(String imageId, String keeper) {
        kept.remove(keeper + "/" + imageId);
    }

    @Override
    public Optional<Container> find(String nameOrId) {
        return fake(nameOrId).map(FakeContainerHost::container);
    }

    @Override
    public List<Container> findByLabel(String label, String value) {
        alive();
        return containers.values().stream()
                .filter(fake -> value.equals(fake.labels.get(label)))
                .map(FakeContainerHost::container)
                .toList();
    }

    @Override
    public boolean hasImage(String imageId) {
        alive();
        return images.contains(imageId);
    }

    @Override
    public Optional<String> repositoryDigest(String imageId) {
        return Optional.empty();
    }

    @Override
    public JsonNode specification(String nameOrId) {
        return existing(nameOrId).specification.deepCopy();
    }

    @Override
    public String create(
            String name,
            String imageId,
            JsonNode specification,
            Map<String, String> environment,
            Map<String, String> labels) {
        alive();
        if (fake(name).isPresent()) {
            throw new OutsideException("name '" + name + "' is taken");
        }
        if (!images.contains(imageId)) {
            throw new OutsideException("no such image");
        }
        about("create " + name);
        ObjectNode own = specification.deepCopy();
        ObjectNode ownEnv = (ObjectNode) own.at("/Config/Env");
        environment.forEach(ownEnv::put);
        ((ObjectNode) own.get("HostConfig")).remove(loses);
        Fake fake = add(name, imageId, own);
        fake.labels.putAll(labels);
        effect("create " + name);
        return fake.id;
    }

    @Override
    public List<String> differences(JsonNode wanted, JsonNode seen) {
        List<String> differences = new ArrayList<>();
        for (String part : List.of("/Config/Env", "/HostConfig", "/Volumes")) {
            Set<String> names = new TreeSet<>();
            wanted.at(part).fieldNames().forEachRemaining(names::add);
            seen.at(part).fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode want = wanted.at(part).path(name);
                JsonNode see = seen.at(part).path(name);
                if (!want.equals(see) && part.equals("/Config/Env")) {
                    differences.add("Config.Env." + name + ": another value");
                } else if (!want.equals(see)) {
                    differences.add(part.substring(1).replace('/', '.') + "." + name + ": " + want + " → " + see);
                }
            }
        }
        return differences;
    }

    @Override
    public Map<String, String> volumes(JsonNode specification) {
        return texts(specification.path("Volumes"));
    }

    @Override
    public void start(String nameOrId) {
        Fake fake = existing(nameOrId);
        if (doesNotStart.containsKey(fake.name)) {
            throw new OutsideException(doesNotStart.get(fake.name));
        }
        if (!fake.running) {
            about("start " + fake.name);
            fake.running = true;
            fake.startedAt = started();
            effect("start " + fake.name);
        }
    }

    @Override
    public void stop(String nameOrId, Duration grace) {
        Fake fake = existing(nameOrId);
        if (fake.running) {
            about("stop " + fake.name);
            fake.running = false;
            effect("stop " + fake.name);
        }
    }

    @Override
    public void rename(String nameOrId, String newName) {
        Fake fake = existing(nameOrId);
        if (fake(newName).isPresent()) {
            throw new OutsideException("name '" + newName + "' is taken");
        }
        about("rename " + fake.name);
        String old = fake.name;
        fake.name = newName;
        effect("rename " + old + " → " + newName);
    }

    @Override
    public void neverRestart(String nameOrId) {
        Fake fake = existing(nameOrId);
        ObjectNode host = (ObjectNode) fake.specification.get("HostConfig");
        if (!host.path("RestartPolicy").asText().equals("no")) {
            about("neverRestart " + fake.name);
            host.put("RestartPolicy", "no");
            effect("neverRestart " + fake.name);
        }
    }

    @Override
    public void remove(String nameOrId) {
        Fake fake = existing(nameOrId);
        if (fake.running) {
            throw new OutsideException("container '" + fake.name + "' runs");
        }
        about("remove " + fake.name);
        containers.remove(fake.id);
        effect("remove " + fake.name);
    }

    @Override
    public Executed execute(String nameOrId, List<String> argv, Map<String, String> environment, Duration limit) {
        return command.apply(existing(nameOrId), argv);
    }

    @Override
    public Executed executeToFile(
            String nameOrId, List<String> argv, Map<String, String> environment, Path output, Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copyIn(String nameOrId, Path file, String targetPath, int ownerUid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> logs(String nameOrId, int lines) {
        List<String> log = existing(nameOrId).log;
        return log.subList(Math.max(0, log.size() - lines), log.size());
    }

    private Fake add(String name, String imageId, ObjectNode specification) {
        Fake fake = new Fake("id-" + ++number);
        fake.name = name;
        fake.imageId = imageId;
        fake.specification = specification;
        containers.put(fake.id, fake);
        return fake;
    }

    private Instant started() {
        return FakePace.BEGIN.plusMillis(++number);
    }

    /** As adapters do it: whoever has lost his mandate changes nothing more. */
    private void about(String what) {
        before.accept(what);
        Mandate.require();
    }

    private void effect(String what) {
        effects.add(what);
        if (effects.size() == crashAfter) {
            dead = true;
            throw new Crash();
        }
    }

    private void alive() {
        if (dead) {
            throw new Crash();
        }
    }

    private Optional<Fake> fake(String nameOrId) {
        alive();
        return containers.values().stream()
                .filter(fake -> fake.name.equals(nameOrId) || fake.id.equals(nameOrId))
                .findFirst();
    }

    private Fake existing(String nameOrId) {
        return fake(nameOrId).orElseThrow(() -> new OutsideException("container '" + nameOrId + "' is not there"));
    }

    private static Container container(Fake fake) {
        return new Container(
                fake.id,
                fake.name,
                fake.imageId,
                "image-of-" + fake.imageId,
                fake.running,
                fake.exitCode,
                fake.health,
                fake.startedAt,
                Map.copyOf(fake.labels),
                texts(fake.specification.at("/Config/Env")));
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.fields()
                .forEachRemaining(
                        field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
