package dev.sternway.step.toggle;

import dev.sternway.catalogue.Check.HttpProbe;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Toggle;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.HttpProbes;
import dev.sternway.port.HttpProbes.Answer;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.Pace;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.check.HttpExpectation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Proves that features are off: in the environment of the running process, and in how the application behaves. */
@Component
public class ProveToggle implements Step {
    private static final List<String> READ_ENVIRONMENT = List.of("cat", "/proc/1/environ");
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final Duration BEHAVES_WITHIN = Duration.ofSeconds(4);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final ContainerHost host;
    private final HttpProbes probes;
    private final Pace pace;

    ProveToggle(ContainerHost host, HttpProbes probes, Pace pace) {
        this.host = host;
        this.probes = probes;
        this.pace = pace;
    }

    @Override
    public StepResult run(StepTask task) {
        ServiceToggles toggles = ServiceToggles.of(task);
        Service service = toggles.service();
        Container live = host.find(service.container())
                .filter(Container::running)
                .orElseThrow(() -> notProved(service, "its container does not run"));
        Environment environment = environment(live, toggles.off().keySet());
        toggles.off().forEach((name, value) -> {
            if (!value.equals(environment.variables().get(name))) {
                throw notProved(
                        service,
                        name + " is " + quoted(environment.variables().get(name)) + " instead of '" + value + "' "
                                + environment.source());
            }
        });
        List<String> seen = new ArrayList<>(List.of(toggles.text() + " " + environment.source()));
        for (Toggle toggle : toggles.toggles()) {
            for (HttpProbe probe : toggle.behaviour()) {
                seen.add(behaves(service, probe));
            }
        }
        String wanted =
                toggles.text() + " in the running process of '" + service.container() + "' and in its behaviour";
        return StepResult.proved(wanted, String.join("; ", seen)).with("source", environment.source());
    }

    /** Variables of the running process and where they were read. */
    private record Environment(Map<String, String> variables, String source) {}

    private Environment environment(Container live, Set<String> names) {
        return ofProcess(live, names)
                .map(variables -> new Environment(variables, "in the environment of process 1"))
                .orElseGet(() -> new Environment(
                        live.environment(), "in the container's settings, its process could not be read"));
    }

    private Optional<Map<String, String>> ofProcess(Container live, Set<String> names) {
        try {
            Executed executed = host.execute(live.id(), READ_ENVIRONMENT, Map.of(), READ_LIMIT);
            if (executed.exitCode() != 0) {
                return Optional.empty();
            }
            Map<String, String> variables = new TreeMap<>();
            Arrays.stream(executed.output().split("\0"))
                    .map(entry -> entry.split("=", 2))
                    .filter(entry -> entry.length == 2 && names.contains(entry[0]))
                    .forEach(entry -> variables.put(entry[0], entry[1]));
            return Optional.of(variables);
        } catch (OutsideException e) {
            return Optional.empty();
        }
    }

    /** What is seen when it behaves as wanted; a moment of grace, since it has just started. */
    private String behaves(Service service, HttpProbe probe) {
        Instant start = pace.now();
        while (true) {
            String seen;
            try {
                Answer answer = probes.send(probe);
                seen = probe.url() + " answers " + HttpExpectation.seen(probe, answer);
                if (HttpExpectation.met(probe, answer)) {
                    return seen;
                }
            } catch (OutsideException e) {
                seen = e.getMessage();
            }
            if (Duration.between(start, pace.now()).compareTo(BEHAVES_WITHIN) >= 0) {
                throw notProved(service, seen + "; wanted: " + HttpExpectation.wanted(probe));
            }
            pace.pause(INTERVAL);
        }
    }

    private static String quoted(String value) {
        return value == null ? "not set" : "'" + value + "'";
    }

    private static Refusal notProved(Service service, String seen) {
        return new Refusal(
                ErrorCode.TOGGLE_NOT_PROVED,
                "toggles of service '" + service.id() + "' are not proved: " + seen,
                "look at container '" + service.container() + "', then retry the task or go to level 2.");
    }
}
