package dev.sternway.adapter.docker;

import com.github.dockerjava.api.async.ResultCallbackTemplate;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Takes apart what a container prints: its output goes to a stream, its errors stay in memory. */
final class StreamedOutput extends ResultCallbackTemplate<StreamedOutput, Frame> {
    private static final int ERRORS_KEPT = 64 * 1024;

    private final OutputStream output;
    private final OutputStream errors;

    /** @param output written to as it comes; closed by the caller */
    StreamedOutput(OutputStream output) {
        this(output, new Beginning());
    }

    /** Both streams as they come. */
    StreamedOutput(OutputStream output, OutputStream errors) {
        this.output = output;
        this.errors = errors;
    }

    @Override
    public void onNext(Frame frame) {
        try {
            (frame.getStreamType() == StreamType.STDERR ? errors : output).write(frame.getPayload());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String errors() {
        return errors.toString();
    }

    /**
     * Waits for the end of the stream.
     *
     * @param what named in the message when it fails, e.g. {@code command 'ls' in container 'shop'}
     * @throws OutsideException when it does not end within the limit, or breaks
     */
    void await(Duration limit, String what) {
        try (this) {
            Duration time = TimeLimit.atMost(limit);
            if (!awaitCompletion(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new OutsideException(what + " did not end within " + time + "; it may still run");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException(what + " was interrupted", e);
        } catch (IOException | RuntimeException e) {
            if (e instanceof OutsideException known) {
                throw known;
            }
            throw new OutsideException(what + " failed: " + e.getMessage(), e);
        }
    }

    /** The first part of a text: a tool that complains about every row must not fill the memory. */
    private static final class Beginning extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, ERRORS_KEPT - size()));
        }

        @Override
        public String toString() {
            return toString(StandardCharsets.UTF_8);
        }
    }
}
