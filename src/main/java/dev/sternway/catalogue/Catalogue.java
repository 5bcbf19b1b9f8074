package dev.sternway.catalogue;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Map;

/** All managed systems, as read at start-up. */
public final class Catalogue {
    private final List<ManagedSystem> systems;
    private final List<String> warnings;

    /**
     * @param systems in the order in which people should see them
     * @param warnings what is allowed but weakens a verdict, one sentence each
     */
    public Catalogue(List<ManagedSystem> systems, List<String> warnings) {
        this.systems = List.copyOf(systems);
        this.warnings = List.copyOf(warnings);
    }

    public List<ManagedSystem> all() {
        return systems;
    }

    public List<String> warnings() {
        return warnings;
    }

    /**
     * The system with the id.
     *
     * @throws Refusal {@link ErrorCode#SYSTEM_UNKNOWN} when there is none, naming those that there are
     */
    public ManagedSystem find(String id) {
        return systems.stream()
                .filter(system -> system.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.SYSTEM_UNKNOWN,
                        "system '" + id + "' is not in the catalogue; it has "
                                + systems.stream().map(ManagedSystem::id).toList(),
                        "use one of these ids, or describe the system in systems/" + id
                                + ".yaml (EXAMPLE.yaml shows every key) and restart."));
    }

    /** The systems that an alert with these labels is about; empty when it is about none. */
    public List<ManagedSystem> matching(Map<String, String> labels) {
        return systems.stream()
                .filter(system -> system.alerts().matches(labels))
                .toList();
    }
}
