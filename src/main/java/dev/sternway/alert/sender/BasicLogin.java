package dev.sternway.alert.sender;

import dev.sternway.alert.format.Message;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** {@code Authorization: Basic <user and password>}. */
record BasicLogin(String user, Keys passwords) implements Proof {
    private static final String SCHEME = "Basic ";

    @Override
    public Optional<String> objection(Message message) {
        String given = message.header("Authorization").orElse("");
        if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.of("no user and password");
        }
        String both;
        try {
            both = new String(
                    Base64.getDecoder().decode(given.substring(SCHEME.length()).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.of("user and password that are not Base64");
        }
        int colon = both.indexOf(':');
        // The password is compared whoever it is, so that time does not tell which users there are.
        boolean right = passwords.hold(both.substring(colon + 1));
        return colon >= 0 && right && both.substring(0, colon).equals(user)
                ? Optional.empty()
                : Optional.of("a wrong user or password");
    }

    @Override
    public boolean needsNoBody() {
        return true;
    }
}
