package dev.sternway.adapter.http;

import dev.sternway.catalogue.Check;
import dev.sternway.port.HttpProbes;
import java.net.URI;
import org.springframework.stereotype.Component;

/** Probes managed systems over HTTP. */
@Component
class HttpProber implements HttpProbes {
    private static final String JSON = "application/json";

    private final HttpCalls calls;

    HttpProber(HttpCalls calls) {
        this.calls = calls;
    }

    @Override
    public Answer get(URI address) {
        return calls.send("GET", address, null, JSON);
    }

    @Override
    public Answer send(Check.HttpProbe probe) {
        return calls.send(probe.method(), probe.url(), probe.body(), JSON);
    }
}
