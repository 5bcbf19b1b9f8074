package dev.sternway.scenario;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.sternway.sandbox.Names;
import dev.sternway.sandbox.Sandbox;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * What really happens to a sandbox's containers from now on, as the Docker engine tells it; the engine itself remembers
 * only the last 256 events, health checks among them.
 */
final class DockerHistory implements AutoCloseable {

    /** One event with the container's name at that time, for a rename the new one. */
    record Happened(String action, String name) {}

    private final List<Happened> events = new CopyOnWriteArrayList<>();
    private final ResultCallback.Adapter<Event> stream;

    private DockerHistory(Sandbox sandbox) {
        stream = sandbox.docker()
                .eventsCmd()
                .withEventTypeFilter(EventType.CONTAINER)
                .withEventFilter("create", "start", "rename", "destroy")
                .withLabelFilter(Map.of(Names.LABEL, sandbox.names().instance()))
                .exec(new ResultCallback.Adapter<>() {
                    @Override
                    public void onNext(Event event) {
                        Map<String, String> attributes = event.getActor().getAttributes();
                        events.add(new Happened(event.getAction(), attributes.get("name")));
                    }
                });
    }

    static DockerHistory of(Sandbox sandbox) throws InterruptedException {
        DockerHistory history = new DockerHistory(sandbox);
        history.stream.awaitStarted(10, TimeUnit.SECONDS);
        return history;
    }

    /** The names of the containers that it happened to, in alphabetical order, each as often as it happened. */
    List<String> names(String action) {
        return events.stream()
                .filter(event -> event.action().equals(action))
                .map(Happened::name)
                .sorted()
                .toList();
    }

    @Override
    public String toString() {
        return events.toString();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
