package dev.sternway.adapter.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.sternway.adapter.RunningProgram;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what on a real etcd, TLS, and what answers in its place. */
class EtcdAccessTest {
    @TempDir
    Path folder;

    @Test
    void worksAsAUserWhoMayWriteThePrefixAndItsCopiesOnly() throws IOException {
        Files.writeString(folder.resolve("password"), "right-one\n");
        try (TestEtcd server = TestEtcd.own()) {
            EtcdWorld root = new EtcdWorld(server, folder, null).configured();
            user(root, "root", "root-password");
            may(root, "sternway", "config/");
            user(root, "sternway", "right-one");
            root.etcd.call("/v3/auth/enable", object());

            EtcdWorld allowed = new EtcdWorld(server, folder, "sternway");
            assertThat(allowed.data.obstacles(allowed.system, allowed.store))
                    .singleElement()
                    .asString()
                    .contains("'sternway/'", "permission denied");
            EtcdClient administrator = server.client("root", () -> "root-password");
            grant(administrator, "sternway", EtcdServers.ASIDE);
            assertThat(allowed.data.obstacles(allowed.system, allowed.store)).isEmpty();
            var part = allowed.backUp();
            allowed.load(part);
            allowed.measure(EtcdWorld.BESIDE);
            allowed.swap();
            assertThat(part.rows()).containsEntry("config/", 3L);

            Files.writeString(folder.resolve("password"), "wrong-one\n");
            EtcdWorld wrong = new EtcdWorld(server, folder, "sternway");
            assertThatThrownBy(() -> wrong.data.identify(wrong.system, wrong.store))
                    .isInstanceOf(OutsideException.class)
                    .hasMessageContaining("authentication failed")
                    .hasMessageNotContaining("wrong-one");
        }
    }

    @Test
    void asksForATokenAgainWhenItHasRunOut() throws IOException {
        Files.writeString(folder.resolve("password"), "right-one\n");
        try (TestEtcd server = TestEtcd.own()) {
            EtcdWorld world = new EtcdWorld(server, folder, null).configured();
            user(world, "root", "right-one");
            world.etcd.call("/v3/auth/enable", object());
            EtcdClient client = server.client("root", () -> "right-one");
            assertThat(client.key(Key.of("config0")).items()).hasSize(1);
            // A change of rights makes every token of before worthless.
            client.call("/v3/auth/role/add", object().put("name", "another"));

            assertThat(client.key(Key.of("config0")).items()).hasSize(1);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void user(EtcdWorld world, String name, String password) {
        world.etcd.call("/v3/auth/user/add", object().put("name", name).put("password", password));
        if (name.equals("root")) {
            world.etcd.call("/v3/auth/role/add", object().put("name", "root"));
        }
        world.etcd.call("/v3/auth/user/grant", object().put("user", name).put("role", name));
    }

    private static void may(EtcdWorld world, String role, String prefix) {
        world.etcd.call("/v3/auth/role/add", object().put("name", role));
        grant(world.etcd, role, prefix);
    }

    private static void grant(EtcdClient etcd, String role, String prefix) {
        ObjectNode grant = object().put("name", role);
        grant.putObject("perm")
                .put("permType", "READWRITE")
                .put("key", Key.of(prefix).base64())
                .put("range_end", Key.of(prefix).endOfPrefix().base64());
        etcd.call("/v3/auth/role/grant", grant);
    }

    @Test
    void speaksTlsToAServerWhoseCertificateIsSignedAsTheCatalogueSays() throws Exception {
        Path certificate = certificate("server", "ip:127.0.0.1");
        Path other = certificate("other", "ip:127.0.0.1");
        try (TestEtcd server = TestEtcd.withTls(certificate, folder.resolve("server.key"))) {
            EtcdDataStore data = new EtcdDataStore(new EtcdServers(new Secrets(folder)));
            Store trusted = store(server.port, "server.crt");
            Store foreign = store(server.port, "other.crt");

            assertThat(data.identify(EtcdWorld.system(trusted), trusted).serverVersion())
                    .startsWith("3.");
            assertThat(other).exists();
            assertThatThrownBy(() -> data.identify(EtcdWorld.system(foreign), foreign))
                    .isInstanceOf(OutsideException.class)
                    .hasMessageContaining("PKIX");
        }
    }

    private static Store store(int port, String certificate) {
        Store plain = EtcdWorld.store(port, null);
        return new Store(
                plain.id(),
                plain.kind(),
                plain.holds(),
                null,
                plain.host(),
                port,
                null,
                null,
                null,
                null,
                false,
                null,
                plain.prefix(),
                null,
                plain.reload(),
                new SecretReference("file:" + certificate));
    }

    /** Signed by itself, in the folder, with its key beside. */
    private Path certificate(String name, String alternative) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        run(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + alternative,
                "-ext",
                "bc:c",
                "-validity",
                "3",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString());
        java.security.KeyStore keys = java.security.KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem(
                folder.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey("it", "changeit".toCharArray()).getEncoded());
        return pem(
                folder.resolve(name + ".crt"),
                "CERTIFICATE",
                keys.getCertificate("it").getEncoded());
    }

    private static Path pem(Path file, String what, byte[] content) throws IOException {
        return Files.writeString(
                file,
                "-----BEGIN " + what + "-----\n"
                        + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                        + "\n-----END " + what + "-----\n");
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void tellsThatNobodyAnswersOrThatItIsNoEtcd() throws IOException {
        Store nobody = EtcdWorld.store(RunningProgram.freePort(), null);
        EtcdDataStore data = new EtcdDataStore(new EtcdServers(new Secrets(folder)));
        assertThatThrownBy(() -> data.rows(EtcdWorld.system(nobody), nobody))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("did not answer");

        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page = "<html>secret page</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try {
            Store page = EtcdWorld.store(server.getAddress().getPort(), null);
            assertThatThrownBy(() -> data.rows(EtcdWorld.system(page), page))
                    .isInstanceOf(OutsideException.class)
                    .hasMessageContaining("is no etcd")
                    .hasMessageNotContaining("secret page");
        } finally {
            server.stop(0);
        }
    }
}
