package dev.sternway.alert.sender;

import dev.sternway.alert.format.Message;
import java.util.Optional;

/** One way in which a message can show whose it is. */
interface Proof {

    /** Why the message does not show it, for the log only; empty when it does. */
    Optional<String> objection(Message message);

    /** True when headers are enough, so that an unknown sender's body is not read. */
    boolean needsNoBody();

    /** Names a message that the sender would never send twice, since its signature covers a time; else empty. */
    default Optional<String> onceOnly(Message message) {
        return Optional.empty();
    }
}
