package dev.sternway.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sternway.port.ContainerHost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where two specifications say something else, as JSON paths.
 *
 * <p>An unset field and its zero are the same; lists whose order has no meaning compare as sets; values of environment
 * variables, labels, commands and whatever else may hold a secret are never shown.
 */
final class Differences {
    private static final Set<String> ORDER_MATTERS = Set.of("Cmd", "Entrypoint", "Test", "Shell", "Dns", "DnsSearch");

    /** Where nothing, an empty list and zero mean different things to the engine. */
    private static final Set<String> ZERO_MATTERS =
            Set.of("StopTimeout", "MemorySwappiness", "MaskedPaths", "ReadonlyPaths");

    /** Where texts are names and places, and no secrets. */
    private static final List<String> PLAIN = List.of(
            "Config.Domainname",
            "Config.ExposedPorts",
            "Config.Hostname",
            "Config.StopSignal",
            "Config.User",
            "Config.WorkingDir",
            "HostConfig.Binds",
            "HostConfig.CapAdd",
            "HostConfig.CapDrop",
            "HostConfig.Links",
            "HostConfig.NetworkMode",
            "HostConfig.PortBindings",
            "HostConfig.RestartPolicy",
            "HostConfig.VolumesFrom",
            "Networks.",
            "Volumes");

    private static final Set<String> CAPABILITIES = Set.of("CapAdd", "CapDrop");

    private final List<String> found = new ArrayList<>();

    private Differences() {}

    static List<String> between(JsonNode wanted, JsonNode seen) {
        Differences differences = new Differences();
        differences.compare("", "", wanted, seen);
        return differences.found;
    }

    private void compare(String path, String field, JsonNode wanted, JsonNode seen) {
        if (path.equals("Config.Env")) {
            compareEnvironment(wanted, seen);
        } else if (isObject(wanted) || isObject(seen)) {
            Set<String> names = new TreeSet<>();
            names(wanted, names);
            names(seen, names);
            for (String name : names) {
                if (path.equals("Config.Labels") && name.startsWith(ContainerHost.LABEL_PREFIX)) {
                    continue;
                }
                compare(path.isEmpty() ? name : path + "." + name, name, child(wanted, name), child(seen, name));
            }
        } else if (!equal(field, wanted, seen)) {
            found.add(path + ": " + described(path, wanted, seen));
        }
    }

    private static String described(String path, JsonNode wanted, JsonNode seen) {
        if (isShown(path, wanted) && isShown(path, seen)) {
            return text(wanted) + " → " + text(seen);
        }
        return isAbsent(wanted) ? "not set → set" : isAbsent(seen) ? "set → not set" : "another value";
    }

    private static boolean isShown(String path, JsonNode value) {
        return isAbsent(value)
                || value.isNumber()
                || value.isBoolean()
                || PLAIN.stream().anyMatch(path::startsWith);
    }

    private void compareEnvironment(JsonNode wanted, JsonNode seen) {
        Map<String, String> wantedVariables = variables(wanted);
        Map<String, String> seenVariables = variables(seen);
        Set<String> names = new TreeSet<>(wantedVariables.keySet());
        names.addAll(seenVariables.keySet());
        for (String name : names) {
            String want = wantedVariables.get(name);
            String see = seenVariables.get(name);
            if (want == null) {
                found.add("Config.Env." + name + ": not set → set");
            } else if (see == null) {
                found.add("Config.Env." + name + ": set → not set");
            } else if (!want.equals(see)) {
                found.add("Config.Env." + name + ": another value");
            }
        }
    }

    static Map<String, String> variables(JsonNode environment) {
        Map<String, String> variables = new TreeMap<>();
        if (environment != null) {
            for (JsonNode entry : environment) {
                String[] parts = entry.asText().split("=", 2);
                variables.put(parts[0], parts.length == 2 ? parts[1] : "");
            }
        }
        return variables;
    }

    private static boolean equal(String field, JsonNode wanted, JsonNode seen) {
        if (ZERO_MATTERS.contains(field) ? isAbsent(wanted) : isZero(wanted)) {
            return ZERO_MATTERS.contains(field) ? isAbsent(seen) : isZero(seen);
        }
        if (isAbsent(seen)) {
            return false;
        }
        if (wanted.isArray() && seen.isArray() && !ORDER_MATTERS.contains(field)) {
            return elements(field, wanted).equals(elements(field, seen));
        }
        return wanted.equals(seen) || wanted.isNumber() && seen.isNumber() && wanted.asLong() == seen.asLong();
    }

    private static Set<JsonNode> elements(String field, JsonNode array) {
        Set<JsonNode> elements = new HashSet<>();
        for (JsonNode element : array) {
            elements.add(
                    CAPABILITIES.contains(field)
                            ? TextNode.valueOf(element.asText().replaceFirst("^CAP_", ""))
                            : element);
        }
        return elements;
    }

    private static boolean isObject(JsonNode node) {
        return node != null && node.isObject() && !node.isEmpty();
    }

    private static boolean isAbsent(JsonNode node) {
        return node == null || node.isNull();
    }

    private static boolean isZero(JsonNode node) {
        return isAbsent(node)
                || node.isContainerNode() && node.isEmpty()
                || node.isTextual() && node.asText().isEmpty()
                || node.isNumber() && node.asDouble() == 0
                || node.isBoolean() && !node.asBoolean();
    }

    private static void names(JsonNode node, Set<String> names) {
        if (node != null && node.isObject()) {
            node.fieldNames().forEachRemaining(names::add);
        }
    }

    private static JsonNode child(JsonNode node, String name) {
        return node != null && node.isObject() ? node.get(name) : null;
    }

    private static String text(JsonNode node) {
        return isAbsent(node) ? "not set" : "'" + (node.isTextual() ? node.asText() : node.toString()) + "'";
    }
}
