package dev.sternway.step.release;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.PlannedIdentity;
import dev.sternway.step.service.RecordedReleases;
import dev.sternway.step.service.Replacement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Creates, and does not start, the container of the recorded release beside the failed one. */
@Component
public class CreateReplacement implements Step {
    private final ContainerHost host;
    private final RecordedReleases releases;

    CreateReplacement(ContainerHost host, RecordedReleases releases) {
        this.host = host;
        this.releases = releases;
    }

    @Override
    public StepResult run(StepTask task) {
        Service service = task.system().service(task.target());
        RecordedService recorded = releases.service(task);
        Replacement replacement = Replacement.ofRelease(host, task, service);
        replacement.requirePresent();
        replacement.requireImage(recorded.imageName(), recorded.imageId());
        Optional<Container> live = replacement.live();
        if (live.isPresent() && RevertImage.isReverted(host, live.get(), recorded)) {
            replacement.removeUnused();
            return StepResult.already(
                            "service '" + service.id() + "' has a container on its recorded image and settings",
                            "'" + service.container() + "' is on them already")
                    .with("imageId", recorded.imageId());
        }
        live.ifPresent(container -> PlannedIdentity.requireImage(task, "createReplacement", "now", container));
        boolean created = replacement.create(recorded.imageId(), recorded.specification(), Map.of());
        String wanted = "container '" + replacement.besideName() + "' stands beside '" + service.container()
                + "', on image '" + recorded.imageId() + "' and all recorded settings";
        String otherVolumes = live.filter(container -> host.hasImage(container.imageId()))
                .map(container -> otherVolumes(recorded.specification(), container))
                .orElse("");
        String seen = "no setting is lost" + otherVolumes;
        return (created
                        ? StepResult.proved(wanted, "created, " + seen)
                        : StepResult.already(wanted, "it was there already, " + seen))
                .with("imageId", recorded.imageId());
    }

    /** The failed release may keep its data elsewhere: whoever reads the evidence must know. */
    private String otherVolumes(JsonNode recorded, Container live) {
        Map<String, String> now = new TreeMap<>(host.volumes(host.specification(live.id())));
        StringBuilder text = new StringBuilder();
        host.volumes(recorded).forEach((path, volume) -> {
            String other = now.get(path);
            if (other != null && !other.equals(volume)) {
                text.append("; at '" + path + "' it gets the recorded volume '" + volume
                        + "', the failed container has '" + other + "'");
            }
        });
        return text.toString();
    }
}
