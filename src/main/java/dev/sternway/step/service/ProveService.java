package dev.sternway.step.service;

import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Proves that a service runs on the release: its image, its settings, and the version that it reports itself. */
@Component
public class ProveService implements Step {
    private final ContainerHost host;
    private final RecordedReleases releases;
    private final ReportedVersion versions;

    ProveService(ContainerHost host, RecordedReleases releases, ReportedVersion versions) {
        this.host = host;
        this.releases = releases;
        this.versions = versions;
    }

    @Override
    public StepResult run(StepTask task) {
        Service service = task.system().service(task.target());
        String version = releases.of(task).version();
        RecordedService recorded = releases.service(task);
        String wanted = "service '" + service.id() + "' runs release '" + version + "' from image '"
                + recorded.imageId() + "' with its recorded settings";
        Container live = host.find(service.container())
                .orElseThrow(() -> notProved(service, List.of("container '" + service.container() + "' is not there")));
        List<String> wrong = new ArrayList<>();
        if (!live.running()) {
            wrong.add("container exited with code " + live.exitCode());
        }
        if (!live.imageId().equals(recorded.imageId())) {
            wrong.add("image is '" + live.imageId() + "'");
        }
        host.differences(recorded.specification(), host.specification(live.id()))
                .forEach(path -> wrong.add("setting " + path));
        Optional<String> reported = live.running() ? versions.of(service) : Optional.empty();
        if (versions.isReportedBy(service) && !reported.equals(Optional.of(version))) {
            wrong.add("it reports version '" + reported.orElse("none") + "' instead of '" + version + "'");
        }
        if (!wrong.isEmpty()) {
            throw notProved(service, wrong);
        }
        return StepResult.proved(
                        wanted,
                        "image and settings are the recorded ones"
                                + reported.map(each -> ", it reports version '" + each + "'")
                                        .orElse(", it reports no version"))
                .with("imageId", live.imageId())
                .with("version", reported.orElse(null));
    }

    private static Refusal notProved(Service service, List<String> wrong) {
        return new Refusal(
                ErrorCode.RELEASE_NOT_PROVED,
                "service '" + service.id() + "' is not on the release: " + String.join("; ", wrong),
                "see who changed it, then retry the task or make a new plan.");
    }
}
