package dev.sternway.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.port.ContainerHost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the user had set on a container, in the engine's own words: {@code Config}, {@code HostConfig} and
 * {@code Networks}.
 *
 * <p>Made from the raw inspect, since docker-java's typed model loses fields on the way back. What the image brings is
 * left out, so that it comes from the image of the next container.
 */
final class Specification {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Not settings: identity, the terminal of whoever started it, build instructions. */
    private static final List<String> NO_SETTINGS =
            List.of("Image", "AttachStdin", "AttachStdout", "AttachStderr", "OnBuild", "Volumes");

    private static final List<String> OWN_LABELS =
            List.of(ContainerHost.LABEL_INCIDENT, ContainerHost.LABEL_PLAN, ContainerHost.LABEL_TARGET);

    private Specification() {}

    /**
     * @param container answer of {@code /containers/ID/json}
     * @param imageConfig {@code Config} in the answer of {@code /images/ID/json} for the container's image
     */
    static ObjectNode of(JsonNode container, JsonNode imageConfig) {
        ObjectNode specification = JSON.objectNode();
        specification.set("Config", config(container, imageConfig));
        specification.set("HostConfig", hostConfig(container));
        specification.set("Networks", networks(container));
        return specification;
    }

    /** The network that the container is created in; the others are connected afterwards. */
    static String primaryNetwork(JsonNode specification) {
        String mode = specification.at("/HostConfig/NetworkMode").asText();
        return mode.equals("default") ? "bridge" : mode;
    }

    /** The body of {@code /containers/create}. */
    static ObjectNode createBody(
            JsonNode specification, String imageId, Map<String, String> environment, Map<String, String> labels) {
        ObjectNode body = specification.get("Config").deepCopy();
        body.put("Image", imageId);
        body.set("Env", environment(body.path("Env"), environment));
        ObjectNode allLabels = body.path("Labels").isObject() ? (ObjectNode) body.get("Labels") : JSON.objectNode();
        labels.forEach(allLabels::put);
        body.set("Labels", allLabels);
        body.set("HostConfig", specification.get("HostConfig").deepCopy());
        String primary = primaryNetwork(specification);
        JsonNode endpoint = specification.path("Networks").get(primary);
        if (endpoint != null) {
            body.putObject("NetworkingConfig").putObject("EndpointsConfig").set(primary, endpoint.deepCopy());
        }
        return body;
    }

    /** Names of the volumes that the container keeps its data in, by where they are mounted. */
    static Map<String, String> volumes(JsonNode specification) {
        Map<String, String> volumes = new TreeMap<>();
        for (JsonNode bind : specification.at("/HostConfig/Binds")) {
            String[] parts = bind.asText().split(":");
            if (!parts[0].startsWith("/")) {
                volumes.put(parts[1], parts[0]);
            }
        }
        for (JsonNode mount : specification.at("/HostConfig/Mounts")) {
            if (mount.path("Type").asText().equals("volume")) {
                volumes.put(mount.path("Target").asText(), mount.path("Source").asText());
            }
        }
        return volumes;
    }

    private static ObjectNode config(JsonNode container, JsonNode image) {
        ObjectNode config = container.get("Config").deepCopy();
        config.remove(NO_SETTINGS);
        subtractCommand(config, image);
        for (String field : List.of("WorkingDir", "User", "StopSignal", "Shell", "ArgsEscaped")) {
            if (config.has(field) && config.get(field).equals(image.path(field))) {
                config.remove(field);
            }
        }
        for (String field : List.of("Labels", "ExposedPorts", "Healthcheck")) {
            subtractEntries(config.path(field), image.path(field));
        }
        if (config.path("Labels").isObject()) {
            ((ObjectNode) config.get("Labels")).remove(OWN_LABELS);
        }
        Set<JsonNode> imageEnvironment = elements(image.path("Env"));
        removeIf(config.path("Env"), imageEnvironment);
        if (hasBorrowedHostname(container)) {
            config.remove("Hostname");
        }
        dropUnset(config);
        return config;
    }

    /** Command and entry point belong together: a set entry point makes the engine ignore the image's command. */
    private static void subtractCommand(ObjectNode config, JsonNode image) {
        boolean sameEntrypoint = same(config.path("Entrypoint"), image.path("Entrypoint"));
        boolean imageCommandIgnored = isUnset(config.path("Cmd")) && !isUnset(image.path("Cmd"));
        if (!sameEntrypoint || imageCommandIgnored) {
            if (isUnset(config.path("Entrypoint"))) {
                // How a user takes the image's entry point away.
                config.putArray("Entrypoint").add("");
            }
            return;
        }
        config.remove("Entrypoint");
        if (same(config.path("Cmd"), image.path("Cmd"))) {
            config.remove("Cmd");
        }
    }

    private static boolean hasBorrowedHostname(JsonNode container) {
        String mode = container.at("/HostConfig/NetworkMode").asText();
        return shortId(container).equals(container.at("/Config/Hostname").asText())
                || mode.startsWith("container:")
                || mode.equals("host")
                || container.at("/HostConfig/UTSMode").asText().equals("host");
    }

    private static ObjectNode hostConfig(JsonNode container) {
        ObjectNode host = container.get("HostConfig").deepCopy();
        host.remove(List.of("ContainerIDFile", "ConsoleSize"));
        removeNulls(host);
        nameAnonymousVolumes(container, host);
        if (host.has("Links")) {
            host.set("Links", sorted(host.get("Links"), Specification::plainLink));
        }
        // A network given by id is recorded by name, as the endpoints are.
        container.at("/NetworkSettings/Networks").fields().forEachRemaining(network -> {
            if (network.getValue()
                    .path("NetworkID")
                    .asText("?")
                    .equals(host.path("NetworkMode").asText())) {
                host.put("NetworkMode", network.getKey());
            }
        });
        return host;
    }

    /** Binds anonymous volumes by name: otherwise the next container would begin with new, empty ones. */
    private static void nameAnonymousVolumes(JsonNode container, ObjectNode host) {
        Set<String> bound = new HashSet<>();
        Set<String> binds = new TreeSet<>();
        for (JsonNode bind : host.path("Binds")) {
            binds.add(bind.asText());
            bound.add(bind.asText().split(":")[1]);
        }
        for (JsonNode mount : container.path("Mounts")) {
            String target = mount.path("Destination").asText();
            if (!mount.path("Type").asText().equals("volume") || bound.contains(target)) {
                continue;
            }
            ObjectNode wished = wishedMount(host, target);
            if (wished == null) {
                binds.add(mount.path("Name").asText() + ":" + target
                        + (mount.path("RW").asBoolean(true) ? "" : ":ro"));
            } else if (isUnset(wished.path("Source"))) {
                wished.put("Source", mount.path("Name").asText());
            }
        }
        if (!binds.isEmpty()) {
            ArrayNode all = JSON.arrayNode();
            binds.forEach(all::add);
            host.set("Binds", all);
        }
    }

    private static ObjectNode wishedMount(ObjectNode host, String target) {
        for (JsonNode mount : host.path("Mounts")) {
            if (mount.path("Target").asText().equals(target)) {
                return (ObjectNode) mount;
            }
        }
        return null;
    }

    private static ObjectNode networks(JsonNode container) {
        ObjectNode networks = JSON.objectNode();
        String mode = container.at("/HostConfig/NetworkMode").asText();
        if (mode.equals("host") || mode.equals("none") || mode.startsWith("container:")) {
            return networks;
        }
        container.at("/NetworkSettings/Networks").fields().forEachRemaining(network -> {
            ObjectNode endpoint = networks.putObject(network.getKey());
            for (String field : List.of("IPAMConfig", "Links", "DriverOpts", "GwPriority")) {
                JsonNode value = network.getValue().path(field);
                if (!isUnset(value) && !value.asText().equals("0")) {
                    endpoint.set(field, value.deepCopy());
                }
            }
            ArrayNode aliases = sorted(network.getValue().path("Aliases"), alias -> alias);
            removeIf(aliases, Set.of(JSON.textNode(shortId(container))));
            if (!aliases.isEmpty()) {
                endpoint.set("Aliases", aliases);
            }
        });
        return networks;
    }

    /** {@code /db:/shop/database} as the engine gives it, without the name of the container that it is on. */
    private static String plainLink(String link) {
        String[] ends = link.split(":", 2);
        String other = ends[0].startsWith("/") ? ends[0].substring(1) : ends[0];
        String alias = ends.length == 1 ? other : ends[1].substring(ends[1].lastIndexOf('/') + 1);
        return other + ":" + alias;
    }

    private static ArrayNode environment(JsonNode present, Map<String, String> changes) {
        ArrayNode environment = JSON.arrayNode();
        for (JsonNode entry : present) {
            if (!changes.containsKey(entry.asText().split("=", 2)[0])) {
                environment.add(entry);
            }
        }
        changes.forEach((name, value) -> environment.add(name + "=" + value));
        return environment;
    }

    private static String shortId(JsonNode container) {
        return container.get("Id").asText().substring(0, 12);
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return isUnset(one) ? isUnset(other) : one.equals(other);
    }

    private static boolean isUnset(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.asText().isEmpty()
                || value.isBoolean() && !value.asBoolean();
    }

    private static void subtractEntries(JsonNode from, JsonNode image) {
        if (from.isObject()) {
            image.fields().forEachRemaining(field -> {
                if (field.getValue().equals(from.get(field.getKey()))) {
                    ((ObjectNode) from).remove(field.getKey());
                }
            });
        }
    }

    private static Set<JsonNode> elements(JsonNode array) {
        Set<JsonNode> elements = new HashSet<>();
        array.forEach(elements::add);
        return elements;
    }

    private static void removeIf(JsonNode array, Set<JsonNode> unwanted) {
        Iterator<JsonNode> each = array.elements();
        while (each.hasNext()) {
            if (unwanted.contains(each.next())) {
                each.remove();
            }
        }
    }

    private static ArrayNode sorted(JsonNode array, java.util.function.UnaryOperator<String> change) {
        List<String> all = new ArrayList<>();
        array.forEach(element -> all.add(change.apply(element.asText())));
        ArrayNode sorted = JSON.arrayNode();
        all.stream().sorted().distinct().forEach(sorted::add);
        return sorted;
    }

    private static void removeNulls(ObjectNode object) {
        new ArrayList<>(object.properties())
                .stream().filter(field -> field.getValue().isNull()).forEach(field -> object.remove(field.getKey()));
    }

    private static void dropUnset(ObjectNode object) {
        new ArrayList<>(object.properties())
                .stream().filter(field -> isUnset(field.getValue())).forEach(field -> object.remove(field.getKey()));
    }
}
