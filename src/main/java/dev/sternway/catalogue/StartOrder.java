package dev.sternway.catalogue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The order in which services start: each after those it depends on, otherwise as the catalogue lists them. */
public final class StartOrder {
    private StartOrder() {}

    /**
     * The system's services in start order; stop in the reverse of it.
     *
     * @throws IllegalArgumentException when they depend on each other in a circle
     */
    public static List<Service> inStartOrder(ManagedSystem system) {
        Map<String, Service> byId = new LinkedHashMap<>();
        system.services().forEach(service -> byId.put(service.id(), service));
        Collection<Service> ordered = new LinkedHashSet<>();
        system.services().forEach(service -> visit(service, byId, ordered, new ArrayList<>()));
        return List.copyOf(ordered);
    }

    /** The first circle of dependencies, {@code [api, db, api]}; empty when there is none. */
    static List<String> circle(Map<String, List<String>> dependsOn) {
        Map<String, Boolean> finished = new HashMap<>();
        for (String id : dependsOn.keySet()) {
            List<String> circle = circleFrom(id, dependsOn, finished, new ArrayList<>());
            if (!circle.isEmpty()) {
                return circle;
            }
        }
        return List.of();
    }

    private static List<String> circleFrom(
            String id, Map<String, List<String>> dependsOn, Map<String, Boolean> finished, List<String> way) {
        int before = way.indexOf(id);
        if (before >= 0) {
            List<String> circle = new ArrayList<>(way.subList(before, way.size()));
            circle.add(id);
            return circle;
        }
        if (finished.containsKey(id)) {
            return List.of();
        }
        way.add(id);
        for (String next : dependsOn.getOrDefault(id, List.of())) {
            List<String> circle = circleFrom(next, dependsOn, finished, way);
            if (!circle.isEmpty()) {
                return circle;
            }
        }
        way.remove(way.size() - 1);
        finished.put(id, true);
        return List.of();
    }

    private static void visit(
            Service service, Map<String, Service> byId, Collection<Service> ordered, List<String> way) {
        if (ordered.contains(service)) {
            return;
        }
        if (way.contains(service.id())) {
            throw new IllegalArgumentException("services depend on each other in a circle: " + way);
        }
        way.add(service.id());
        service.dependsOn().forEach(id -> visit(byId.get(id), byId, ordered, way));
        way.remove(service.id());
        ordered.add(service);
    }
}
