package dev.sternway.step.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Service;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Redaction;
import dev.sternway.port.TimeLimit;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Keeps how every service stands before anything is touched, and says which ones log the most errors: the first suspects
 * (S4-05, S4-14). It only looks; what cannot be read in time is said to be unknown.
 */
@Component
public class CaptureState implements Step {
    private static final int LINES = 1000;
    private static final int KEPT = 100;
    private static final int LINE_LENGTH = 300;
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Pattern ERROR = Pattern.compile("(?i)\\b(error|exception|fatal|panic|critical)\\b");

    private final ContainerHost host;

    CaptureState(ContainerHost host) {
        this.host = host;
    }

    /**
     * One service.
     *
     * @param errors lines of the log's end that tell of an error; -1 where it could not be read
     * @param last the log's last lines, without what the service was given in its environment
     */
    private record Seen(Service service, String state, int errors, List<String> last) {
        String words() {
            return service.id() + " (" + state
                    + (errors < 0 ? ", log unknown" : ", " + errors + " error lines of the last " + LINES) + ")";
        }
    }

    @Override
    public StepResult run(StepTask task) {
        List<Seen> seen = TimeLimit.within(
                LIMIT, () -> task.system().services().stream().map(this::look).toList());
        List<Seen> suspectsFirst = seen.stream()
                .sorted(Comparator.comparingInt(Seen::errors).reversed())
                .toList();
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        ArrayNode services = details.putArray("services");
        suspectsFirst.forEach(each -> {
            ObjectNode service = services.addObject()
                    .put("service", each.service().id())
                    .put("state", each.state())
                    .put("errorLines", each.errors());
            ArrayNode lines = service.putArray("lastLines");
            each.last().forEach(lines::add);
        });
        return new StepResult(
                "the state before anything is touched is kept",
                suspectsFirst.stream().map(Seen::words).collect(Collectors.joining("; ")),
                Outcome.NOTED,
                details);
    }

    private Seen look(Service service) {
        try {
            Optional<Container> container = host.find(service.container());
            if (container.isEmpty()) {
                return new Seen(service, "container '" + service.container() + "' is not there", -1, List.of());
            }
            return read(service, container.get());
        } catch (OutsideException unknown) {
            return new Seen(service, "unknown: " + unknown.getMessage(), -1, List.of());
        }
    }

    private Seen read(Service service, Container container) {
        String state =
                (container.running() ? "runs since " + container.startedAt() : "exited with " + container.exitCode())
                        + (container.health() == null ? "" : ", " + container.health())
                        + ", image '" + container.imageName() + "'";
        List<String> lines;
        try {
            lines = host.logs(service.container(), LINES);
        } catch (OutsideException unknown) {
            return new Seen(service, state, -1, List.of());
        }
        int errors =
                (int) lines.stream().filter(line -> ERROR.matcher(line).find()).count();
        Set<String> given = Set.copyOf(container.environment().values());
        List<String> last = new ArrayList<>();
        lines.subList(Math.max(0, lines.size() - KEPT), lines.size()).forEach(line -> {
            String told = Redaction.of(line, given);
            last.add(told.length() > LINE_LENGTH ? told.substring(0, LINE_LENGTH) + "…" : told);
        });
        return new Seen(service, state, errors, last);
    }
}
