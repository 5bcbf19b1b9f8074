package dev.sternway.alert.sender;

import dev.sternway.alert.format.Message;
import java.util.Optional;

/** {@code Authorization: Bearer <token>}. */
record BearerToken(Keys keys) implements Proof {
    private static final String SCHEME = "Bearer ";

    @Override
    public Optional<String> objection(Message message) {
        String given = message.header("Authorization").orElse("");
        if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.of("no bearer token");
        }
        return keys.hold(given.substring(SCHEME.length()).strip())
                ? Optional.empty()
                : Optional.of("a wrong bearer token");
    }

    @Override
    public boolean needsNoBody() {
        return true;
    }
}
