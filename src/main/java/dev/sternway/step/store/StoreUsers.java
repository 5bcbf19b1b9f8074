package dev.sternway.step.store;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The services that write to a store; all are stopped before it is swapped. */
@Component
class StoreUsers {
    private final Predicate<String> runs;

    @Autowired
    StoreUsers(ContainerHost host) {
        this(container ->
                host.find(container).filter(ContainerHost.Container::running).isPresent());
    }

    /** @param runs whether the container with the name is running */
    StoreUsers(Predicate<String> runs) {
        this.runs = runs;
    }

    /** Refuses while one of them runs, unless the store is swapped below them. */
    void requireStopped(StoreAttempt attempt) {
        ManagedSystem system = attempt.system();
        Store store = attempt.store();
        if (!attempt.data().stopsUsers(store)) {
            return;
        }
        List<String> running = system.services().stream()
                .filter(service -> !service.infrastructure() && service.uses().contains(store.id()))
                .map(Service::container)
                .filter(runs)
                .toList();
        if (!running.isEmpty()) {
            throw new Refusal(
                    ErrorCode.STORE_IN_USE,
                    "store '" + store.id() + "' is still used by running containers: '" + String.join("', '", running)
                            + "'",
                    "stop them, then retry the task.");
        }
    }
}
