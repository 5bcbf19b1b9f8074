package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.StartOrder;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Plans;
import dev.sternway.port.Refusal;
import dev.sternway.step.service.StartService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Starts what this incident stopped, in dependency order: a rollback that ends half way leaves no service down (A.7.6).
 * What cannot be started is in the ledger; people take over anyway.
 */
@Component
class StartStoppedWorker extends StepWorker {
    private static final Logger LOG = LoggerFactory.getLogger(StartStoppedWorker.class);

    private final Catalogue catalogue;
    private final Plans plans;
    private final Locks locks;
    private final StartService step;

    StartStoppedWorker(Catalogue catalogue, Plans plans, Locks locks, StepRunner runner, StartService step) {
        super(runner, step);
        this.catalogue = catalogue;
        this.plans = plans;
        this.locks = locks;
        this.step = step;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        boolean held = locks.find(context.systemId())
                .filter(lock -> lock.incidentId().equals(context.incidentId()))
                .isPresent();
        if (!held) {
            // Whoever holds the system has stopped them for a reason.
            return Map.of();
        }
        ManagedSystem system = catalogue.find(context.systemId());
        Set<String> stopped = plans.of(context.incidentId()).stream()
                .map(plan -> plan.targets("stopService"))
                .flatMap(List::stream)
                .collect(Collectors.toSet());
        StartOrder.inStartOrder(system).stream()
                .map(Service::id)
                .filter(stopped::contains)
                .forEach(id -> start(context, id));
        return Map.of();
    }

    private void start(StepContext context, String serviceId) {
        try {
            runner().giveBack("startService", step, context.on(serviceId));
        } catch (Refusal e) {
            LOG.warn("service '{}' could not be started: {}", serviceId, e.toString());
        }
    }
}
