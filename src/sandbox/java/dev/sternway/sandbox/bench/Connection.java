package dev.sternway.sandbox.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection of HTTP/1.1 that never blocks, with one request at a time. */
final class Connection {
    private static final int NO_MESSAGE = -1;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer read = ByteBuffer.allocate(4096);
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private ByteBuffer request;
    private int message = NO_MESSAGE;

    Connection(Selector selector, InetSocketAddress address) throws IOException {
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = channel.register(
                selector, channel.connect(address) ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    }

    /** The message whose answer is open; negative when none is. */
    int message() {
        return message;
    }

    void begin(int index, ByteBuffer bytes) throws IOException {
        message = index;
        request = bytes;
        if (channel.isConnected()) {
            write();
        }
    }

    private void write() throws IOException {
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /** Does what the channel is ready for. */
    void goOn() throws IOException {
        if (key.isConnectable()) {
            channel.finishConnect();
            write();
        } else if (key.isWritable()) {
            write();
        } else if (key.isReadable()) {
            read.clear();
            if (channel.read(read) < 0) {
                throw new EOFException("closed by the server");
            }
            answer.write(read.array(), 0, read.position());
        }
    }

    /** True when the whole answer is here; ours are short texts. */
    boolean isAnswered() {
        String text = text();
        int head = text.indexOf(END_OF_HEAD);
        if (message == NO_MESSAGE || head < 0) {
            return false;
        }
        String headers = text.substring(0, head).toLowerCase(Locale.ROOT);
        int length = headers.indexOf("content-length:");
        int body = text.length() - head - END_OF_HEAD.length();
        return length < 0
                ? text.endsWith(LAST_CHUNK)
                : body
                        >= Integer.parseInt(headers.substring(length + "content-length:".length())
                                .lines()
                                .findFirst()
                                .orElseThrow()
                                .trim());
    }

    int status() {
        return Integer.parseInt(text().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }

    /** False when the server will close it after this answer. */
    boolean isKept() {
        return !text().toLowerCase(Locale.ROOT).contains("connection: close");
    }

    private String text() {
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    /** Ready for the next message. */
    Connection free() {
        answer.reset();
        message = NO_MESSAGE;
        return this;
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
