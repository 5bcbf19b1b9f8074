package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.adapter.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A real etcd from Debian's package. */
final class TestEtcd implements AutoCloseable {
    private static TestEtcd shared;

    final int port;
    private final String scheme;
    private final RunningProgram program;

    /** One for all tests of a run, emptied. */
    static synchronized TestEtcd empty() {
        if (shared == null) {
            shared = new TestEtcd("http", null, null);
        }
        shared.client()
                .call(
                        "/v3/kv/deleterange",
                        JsonNodeFactory.instance.objectNode().put("key", "AA==").put("range_end", "AA=="));
        return shared;
    }

    static TestEtcd own() {
        return new TestEtcd("http", null, null);
    }

    /** @param certificate that the server shows */
    static TestEtcd withTls(Path certificate, Path key) {
        return new TestEtcd("https", certificate, key);
    }

    private TestEtcd(String scheme, Path certificate, Path key) {
        Path binary = RunningProgram.installed("etcd", "etcd-server");
        this.scheme = scheme;
        port = RunningProgram.freePort();
        Path folder = RunningProgram.folder("test-etcd-");
        String peers = "http://127.0.0.1:" + RunningProgram.freePort();
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--name=test",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + url(),
                "--advertise-client-urls=" + url(),
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=test=" + peers));
        if (certificate != null) {
            command.addAll(List.of("--cert-file", copied(certificate, folder), "--key-file", copied(key, folder)));
        }
        program = RunningProgram.start(folder, command, this::answers);
    }

    /** Where the server's user may read it. */
    private static String copied(Path file, Path folder) {
        try {
            return Files.copy(file, folder.resolve(file.getFileName())).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        if (scheme.equals("https")) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }
        return !client().status().version().isEmpty();
    }

    private String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    EtcdClient client() {
        return client(null, null);
    }

    EtcdClient client(String user, Supplier<String> password) {
        return new EtcdClient(EtcdClient.http().build(), URI.create(url()), user, password);
    }

    @Override
    public void close() {
        program.close();
    }
}
