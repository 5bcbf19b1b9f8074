package dev.sternway.adapter.docker;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Names on their way into an address of the engine. */
final class Names {
    private static final Pattern CONTAINER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private Names() {}

    /** The name or id of a container, as it is. */
    static String container(String nameOrId) {
        if (!CONTAINER.matcher(nameOrId).matches()) {
            throw new IllegalArgumentException("'" + nameOrId + "' is no name of a container");
        }
        return nameOrId;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
