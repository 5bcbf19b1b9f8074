package dev.sternway.adapter.redis;

import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Commands to a Redis in its own protocol: two or three of them need no client library. */
final class RedisConnection implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    /** More than any answer to what is asked here. */
    private static final int LONGEST = 64 << 10;

    private final String address;
    private final Socket socket = new Socket();
    private final InputStream in;
    private final long end;

    /** @throws OutsideException when nobody answers there in time */
    RedisConnection(String host, int port) {
        address = host + ":" + port;
        end = System.nanoTime() + TimeLimit.atMost(ANSWER).toNanos();
        try {
            socket.connect(
                    new InetSocketAddress(host, port),
                    Math.toIntExact(TimeLimit.atMost(CONNECT).toMillis()));
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            close();
            throw failed(e);
        }
    }

    /** Redis answered that it will not; the message is its own, without what it was asked. */
    static final class Refused extends OutsideException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Sends a command and gives its answer as text; null when Redis says that there is none.
     *
     * @throws Refused when the answer is an error
     */
    String ask(String... words) {
        try {
            ByteArrayOutputStream command = new ByteArrayOutputStream();
            command.writeBytes(ascii("*" + words.length + "\r\n"));
            for (String word : words) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                command.writeBytes(ascii("$" + bytes.length + "\r\n"));
                command.writeBytes(bytes);
                command.writeBytes(ascii("\r\n"));
            }
            socket.getOutputStream().write(command.toByteArray());
            socket.getOutputStream().flush();
            return answer();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private String answer() throws IOException {
        String line = line();
        String rest = line.isEmpty() ? "" : line.substring(1);
        switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case '+', ':':
                return rest;
            case '-':
                throw new Refused("Redis at " + address + " answers: " + rest);
            case '$':
                return bulk(length(rest));
            default:
                throw noRedis();
        }
    }

    private int length(String text) {
        try {
            int length = Integer.parseInt(text);
            if (length <= LONGEST) {
                return length;
            }
        } catch (NumberFormatException e) {
            // No length at all.
        }
        throw noRedis();
    }

    private OutsideException noRedis() {
        return new OutsideException("what answers at " + address + " is no Redis");
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) read();
        }
        line();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (line.length() > LONGEST) {
                throw noRedis();
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    /** Whoever sends a byte now and then does not make it last longer. */
    private int read() throws IOException {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        if (in.available() == 0) {
            socket.setSoTimeout(Math.toIntExact(left));
        }
        int next = in.read();
        if (next < 0) {
            throw new EOFException("it hung up");
        }
        return next;
    }

    private OutsideException failed(IOException e) {
        String why = e instanceof SocketTimeoutException ? " in time" : ": " + e.getMessage();
        return new OutsideException("Redis at " + address + " did not answer" + why, e);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
