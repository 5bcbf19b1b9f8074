package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The configuration of a platform in a real etcd, as S4 has it, with keys of others beside it. */
final class EtcdWorld {
    static final String PREFIX = "config/";
    static final String BESIDE = "config_next_inc_2026_0001";
    static final String KEPT = "config_failed_inc_2026_0001";
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    final TestEtcd server;
    final EtcdClient etcd;
    final Store store;
    final ManagedSystem system;
    final EtcdDataStore data;
    final Path backups;

    EtcdWorld(Path backups) {
        this(TestEtcd.empty(), backups, null);
    }

    /** @param user null without a password */
    EtcdWorld(TestEtcd server, Path backups, String user) {
        this.server = server;
        this.backups = backups;
        this.etcd = server.client();
        this.store = store(server.port, user);
        this.system = system(store);
        this.data = new EtcdDataStore(new EtcdServers(new Secrets(backups)));
    }

    static Store store(int port, String user) {
        return new Store(
                "limits",
                Store.Kind.ETCD,
                Store.Holds.CONFIGURATION,
                null,
                "127.0.0.1",
                port,
                null,
                user,
                user == null ? null : new SecretReference("file:password"),
                null,
                false,
                null,
                PREFIX,
                null,
                Store.Reload.WATCHED);
    }

    static ManagedSystem system(Store store) {
        return new ManagedSystem(
                "platform",
                "Platform",
                new ManagedSystem.AlertMatch("system", "platform"),
                null,
                List.of(),
                List.of(store),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    /** Two keys that S4 verifies, a secret, and neighbours that a careless range would catch. */
    EtcdWorld configured() {
        put("config/database/pool_size", "20");
        put("config/redis/max_connections", "100");
        put("config/database/password", "s3cret-of-the-database");
        put("config0", "not of the prefix");
        put("confif/x", "not of the prefix");
        return this;
    }

    void put(String key, String value) {
        etcd.commit(new Txn().put(Key.of(key), base64(value)));
    }

    /** Many at once: etcd writes each transaction to the disk. */
    void put(Map<String, String> values) {
        Txn txn = new Txn();
        for (Map.Entry<String, String> each : values.entrySet()) {
            if (txn.operations() == Txn.LIMIT || txn.bytes() > Copies.BYTES) {
                etcd.commit(txn);
                txn = new Txn();
            }
            txn.put(Key.of(each.getKey()), base64(each.getValue()));
        }
        etcd.commit(txn);
    }

    void delete(String key) {
        etcd.commit(new Txn().delete(Key.of(key)));
    }

    /** A key that goes away with its lease. */
    void lease(String key, String value) {
        JsonNode lease = etcd.call(
                "/v3/lease/grant", JsonNodeFactory.instance.objectNode().put("TTL", 600));
        etcd.call(
                "/v3/kv/put",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("key", Key.of(key).base64())
                        .put("value", base64(value))
                        .put("lease", lease.path("ID").asText()));
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** All keys that are not Sternway's own, with their values. */
    SortedMap<String, String> content() {
        SortedMap<String, String> content = new TreeMap<>();
        for (Item item : all()) {
            if (!item.key().bytes().startsWith(EtcdServers.ASIDE)) {
                content.put(
                        item.key().shown(),
                        new String(Base64.getDecoder().decode(item.value()), StandardCharsets.UTF_8));
            }
        }
        return content;
    }

    /** The same with their revisions: equal only when nobody has written anything. */
    List<String> touched() {
        return all().stream()
                .filter(item -> !item.key().bytes().startsWith(EtcdServers.ASIDE))
                .map(item -> item + "=" + item.value())
                .toList();
    }

    /** Keys that Sternway keeps beside. */
    List<String> aside() {
        return all().stream()
                .map(item -> item.key().shown())
                .filter(key -> key.startsWith(EtcdServers.ASIDE))
                .toList();
    }

    private List<Item> all() {
        return etcd.range(new Key("\0"), new Key("\0")).items();
    }

    Part backUp() {
        Part part = data.backUp(system, store, backups, Progress.NONE);
        data.verify(system, store, part, backups);
        return part;
    }

    void load(Part part) {
        data.loadBeside(system, store, part, backups, BESIDE, Progress.NONE);
    }

    Loss measure(String name) {
        return data.compare(system, store, name, NOON, Progress.NONE);
    }

    void swap() {
        data.swap(system, store, BESIDE, KEPT);
    }
}
