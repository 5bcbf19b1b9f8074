package dev.sternway.alert.sender;

import dev.sternway.alert.format.Message;
import java.util.Optional;

/** A header of its own that holds a secret. */
record HeaderSecret(String header, Keys secrets) implements Proof {

    @Override
    public Optional<String> objection(Message message) {
        Optional<String> given = message.header(header);
        if (given.isEmpty()) {
            return Optional.of("no header '" + header + "'");
        }
        return secrets.hold(given.get().strip())
                ? Optional.empty()
                : Optional.of("a wrong secret in header '" + header + "'");
    }

    @Override
    public boolean needsNoBody() {
        return true;
    }
}
