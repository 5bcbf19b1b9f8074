package dev.sternway.catalogue;

import java.net.URI;
import java.util.Map;

/** How a system's maintenance mode is switched: one request each (S4-06, S4-13). */
public record Maintenance(Switch on, Switch off) {

    /**
     * A request.
     *
     * @param headers header's name to a reference to its value: {@code file:PATH} or {@code env:NAME}
     * @param status the answer that means done
     */
    public record Switch(URI url, String method, String body, Map<String, String> headers, int status) {
        public Switch {
            headers = headers == null ? Map.of() : headers;
        }
    }
}
