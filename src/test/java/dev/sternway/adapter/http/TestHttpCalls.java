package dev.sternway.adapter.http;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Real HTTP calls with short limits. */
public final class TestHttpCalls {
    private TestHttpCalls() {}

    public static HttpCalls quick() {
        return new HttpCalls(new HttpSettings(Duration.ofSeconds(1), Duration.ofSeconds(2), DataSize.ofMegabytes(1)));
    }

    public static Posts posts() {
        return new Posts(quick());
    }
}
