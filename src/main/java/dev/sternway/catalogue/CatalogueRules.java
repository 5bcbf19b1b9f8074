package dev.sternway.catalogue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a schema cannot say: names that must exist, circles, addresses that are needed, parts nobody speaks for. */
final class CatalogueRules {
    /** A range in PromQL that is not the one since the proof: it would count samples from before. */
    private static final Pattern FOREIGN_RANGE = Pattern.compile("\\[(?!\\$window[]:])[^]]*]");

    private final List<String> mistakes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    CatalogueRules(List<ManagedSystem> systems) {
        systems.forEach(this::look);
        lookAcross(systems);
    }

    List<String> mistakes() {
        return mistakes;
    }

    List<String> warnings() {
        return warnings;
    }

    private void look(ManagedSystem system) {
        String place = "systems/" + system.id();
        Set<String> services = unique(place + "/services", system.services(), Service::id);
        Set<String> stores = unique(place + "/stores", system.stores(), Store::id);
        unique(place + "/toggles", system.toggles(), Toggle::id);
        unique(place + "/checks", system.checks(), Check::id);
        for (int i = 0; i < system.services().size(); i++) {
            Service service = system.services().get(i);
            String at = place + "/services/" + i;
            each(at + "/dependsOn", service.dependsOn(), services, "service");
            each(at + "/uses", service.uses(), stores, "store");
        }
        circles(system, place);
        stores(system, place, services);
        for (int i = 0; i < system.toggles().size(); i++) {
            toggle(system, system.toggles().get(i), place + "/toggles/" + i, services);
        }
        for (int i = 0; i < system.checks().size(); i++) {
            check(system, system.checks().get(i), place + "/checks/" + i, stores);
        }
        new SnapshotRules(mistakes, warnings).look(system, place + "/snapshot");
        partsWithoutCheck(system, place);
    }

    private void circles(ManagedSystem system, String place) {
        Map<String, List<String>> dependsOn = new LinkedHashMap<>();
        system.services().forEach(service -> dependsOn.put(service.id(), service.dependsOn()));
        List<String> circle = StartOrder.circle(dependsOn);
        if (!circle.isEmpty()) {
            mistakes.add(place + "/services: depend on each other in a circle: " + String.join(" → ", circle));
        }
    }

    private void stores(ManagedSystem system, String place, Set<String> services) {
        StoreRules rules = new StoreRules(mistakes);
        for (int i = 0; i < system.stores().size(); i++) {
            Store store = system.stores().get(i);
            rules.look(store, place + "/stores/" + i);
            String at = place + "/stores/" + i + "/service";
            String id = store.service();
            if (id == null) {
                continue;
            }
            exists(at, id, services, "service");
            if (services.contains(id) && !system.service(id).infrastructure()) {
                mistakes.add(at + ": service '" + id
                        + "' must be 'infrastructure: true', or level 2 would revert the server itself");
            }
        }
    }

    private void toggle(ManagedSystem system, Toggle toggle, String at, Set<String> services) {
        exists(at + "/service", toggle.service(), services, "service");
        if (services.contains(toggle.service())
                && system.service(toggle.service()).infrastructure()) {
            mistakes.add(at + "/service: service '" + toggle.service() + "' is infrastructure and never created anew");
        }
        if (toggle.behaviour().isEmpty()) {
            warnings.add(at + "/behaviour: nothing shows in the application that '" + toggle.id() + "' is off");
        }
    }

    private void check(ManagedSystem system, Check check, String at, Set<String> stores) {
        long kinds = Stream.of(check.http(), check.prometheus(), check.sql())
                .filter(kind -> kind != null)
                .count();
        if (kinds != 1) {
            mistakes.add(at + ": must have exactly one of http, prometheus and sql, got " + kinds);
        }
        if (check.sql() != null) {
            exists(at + "/sql/store", check.sql().store(), stores, "store");
        }
        if (check.prometheus() != null) {
            prometheus(system, check.prometheus(), at + "/prometheus");
        }
    }

    private void prometheus(ManagedSystem system, Check.PrometheusQuery query, String at) {
        if (system.prometheus() == null) {
            mistakes.add(at + ": needs the key 'prometheus' of the system, the address to ask");
        }
        if (query.max() == null && query.min() == null) {
            mistakes.add(at + ": must have max or min, else every figure would be good");
        }
        range(at + "/query", query.query());
        if (query.traffic() != null) {
            range(at + "/traffic", query.traffic());
        }
    }

    private void range(String at, String promql) {
        Matcher foreign = FOREIGN_RANGE.matcher(promql);
        boolean none = !promql.contains("[$window");
        if (foreign.find() || none) {
            mistakes.add(at + ": must use [$window] as its range, so that no sample from before the proof counts, got "
                    + (none ? "'" + promql + "'" : "'" + foreign.group() + "'"));
        }
    }

    private void partsWithoutCheck(ManagedSystem system, String place) {
        Set<Check.Part> silent = EnumSet.allOf(Check.Part.class);
        system.checks().forEach(check -> silent.remove(check.part()));
        silent.forEach(part -> warnings.add(
                place + "/checks: none speaks for " + part + ", so that part of the verdict stays unknown"));
    }

    private void lookAcross(List<ManagedSystem> systems) {
        Map<String, String> containers = new HashMap<>();
        for (ManagedSystem system : systems) {
            for (int i = 0; i < system.services().size(); i++) {
                String at = "systems/" + system.id() + "/services/" + i + "/container";
                String container = system.services().get(i).container();
                String other = containers.putIfAbsent(container, at);
                if (other != null) {
                    mistakes.add(at + ": must be unique in the catalogue, '" + container + "' is also at " + other);
                }
            }
        }
    }

    private <T> Set<String> unique(String at, List<T> all, Function<T, String> idOf) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            String id = idOf.apply(all.get(i));
            if (!ids.add(id)) {
                mistakes.add(at + "/" + i + "/id: must be unique in the system, got '" + id + "' again");
            }
        }
        return ids;
    }

    private void each(String at, List<String> wanted, Set<String> known, String what) {
        for (int i = 0; i < wanted.size(); i++) {
            exists(at + "/" + i, wanted.get(i), known, what);
        }
    }

    private void exists(String at, String wanted, Set<String> known, String what) {
        if (!known.contains(wanted)) {
            mistakes.add(at + ": must name a " + what + " of the system, got '" + wanted + "'; it has "
                    + known.stream().sorted().toList());
        }
    }
}
