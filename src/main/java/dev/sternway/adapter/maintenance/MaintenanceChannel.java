package dev.sternway.adapter.maintenance;

import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Maintenance;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.KeptSecret;
import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Switches a system's maintenance mode by the request of its catalogue file; doing it twice must be harmless there. */
@Component
class MaintenanceChannel implements MessageChannel {
    private final Catalogue catalogue;
    private final Secrets secrets;
    private final Posts posts;

    MaintenanceChannel(Catalogue catalogue, Secrets secrets, Posts posts) {
        this.catalogue = catalogue;
        this.secrets = secrets;
        this.posts = posts;
    }

    @Override
    public Kind kind() {
        return Kind.MAINTENANCE;
    }

    @Override
    public Optional<String> missing() {
        return catalogue.all().stream().anyMatch(system -> system.maintenance() != null)
                ? Optional.empty()
                : Optional.of("no system of the catalogue has the key 'maintenance'");
    }

    @Override
    public boolean serves(String systemId) {
        return find(systemId).isPresent();
    }

    @Override
    public Receipt deliver(Letter letter) {
        Maintenance maintenance = find(letter.systemId())
                .orElseThrow(
                        () -> NotDelivered.yet("system '" + letter.systemId() + "' has no key 'maintenance' any more"));
        boolean on = letter.act() == Letter.Act.ON;
        Maintenance.Switch turn = on ? maintenance.on() : maintenance.off();
        List<String> kept = new ArrayList<>();
        Posts.Request request = new Posts.Request(
                "maintenance mode of " + letter.systemId(), turn.method(), turn.url(), Map.of(), turn.body(), kept);
        for (Map.Entry<String, String> header : turn.headers().entrySet()) {
            String value = new KeptSecret("maintenance/headers/" + header.getKey(), header.getValue(), secrets).read();
            kept.add(value);
            request = request.header(header.getKey(), value);
        }
        Posts.Reply reply = posts.ask(request.header("Idempotency-Key", letter.id()));
        if (reply.status() != turn.status()) {
            throw NotDelivered.yet("maintenance mode of '" + letter.systemId() + "' was not switched "
                    + (on ? "on" : "off") + ": answered " + reply.status() + ", wanted " + turn.status() + ": "
                    + reply.excerpt());
        }
        return new Receipt(letter.id(), "switched " + (on ? "on" : "off") + ", answered " + reply.status());
    }

    /** Nothing is switched for a test. */
    @Override
    public Receipt test(Letter letter) {
        throw NotDelivered.yet("not tried: it would switch a system's maintenance mode");
    }

    private Optional<Maintenance> find(String systemId) {
        return catalogue.all().stream()
                .filter(system -> system.id().equals(systemId))
                .map(ManagedSystem::maintenance)
                .filter(each -> each != null)
                .findFirst();
    }
}
