package dev.sternway.port;

import dev.sternway.catalogue.Check;
import java.net.URI;
import java.time.Duration;

/** Asks a managed system over HTTP, as its users would. */
public interface HttpProbes {

    /**
     * What came back, whatever its status.
     *
     * @param body text, cut to a sensible length; never null
     * @param took from the request to the end of the answer
     */
    record Answer(int status, String body, Duration took) {}

    /**
     * Sends a GET.
     *
     * @throws OutsideException when nothing answers, naming the address
     */
    Answer get(URI address);

    /**
     * Sends the probe's request; whether the answer is as expected is the caller's question.
     *
     * @throws OutsideException when nothing answers, naming the address
     */
    Answer send(Check.HttpProbe probe);
}
