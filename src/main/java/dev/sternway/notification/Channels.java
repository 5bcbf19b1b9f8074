package dev.sternway.notification;

import dev.sternway.port.MessageChannel;
import dev.sternway.port.MessageChannel.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The channels that there are, set up or not. */
@Component
class Channels {
    private final Map<Kind, MessageChannel> channels = new EnumMap<>(Kind.class);

    Channels(ObjectProvider<MessageChannel> channels) {
        channels.orderedStream().forEach(channel -> this.channels.put(channel.kind(), channel));
    }

    List<MessageChannel> all() {
        return List.copyOf(channels.values());
    }

    Optional<MessageChannel> find(Kind kind) {
        return Optional.ofNullable(channels.get(kind));
    }

    boolean serves(Kind kind, String systemId) {
        return find(kind).filter(channel -> channel.serves(systemId)).isPresent();
    }
}
