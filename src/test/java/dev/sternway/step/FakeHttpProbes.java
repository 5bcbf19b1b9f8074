package dev.sternway.step;

import dev.sternway.catalogue.Check;
import dev.sternway.port.HttpProbes;
import dev.sternway.port.OutsideException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Answers given beforehand: one after the other, the last one for ever. */
public final class FakeHttpProbes implements HttpProbes {
    private final Map<URI, Deque<Answer>> answers = new HashMap<>();
    private static final Answer NOTHING = new Answer(0, "", Duration.ZERO);

    /** @param status 0 when nothing answers */
    public FakeHttpProbes answer(URI address, int status, String body) {
        answers.computeIfAbsent(address, any -> new ArrayDeque<>()).add(new Answer(status, body, Duration.ofMillis(2)));
        return this;
    }

    public void forget() {
        answers.clear();
    }

    @Override
    public Answer get(URI address) {
        Deque<Answer> left = answers.getOrDefault(address, new ArrayDeque<>());
        Answer next = left.size() > 1 ? left.poll() : left.isEmpty() ? NOTHING : left.peek();
        if (next.status() == 0) {
            throw new OutsideException("'" + address + "' did not answer");
        }
        return next;
    }

    @Override
    public Answer send(Check.HttpProbe probe) {
        return get(probe.url());
    }
}
