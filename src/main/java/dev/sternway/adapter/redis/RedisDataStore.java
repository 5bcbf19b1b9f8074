package dev.sternway.adapter.redis;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.OutsideException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Caches in Redis: a rollback wants them to answer PING, and does nothing else with them. */
@Component
class RedisDataStore implements DataStore {
    private static final String PING = "PING";
    private static final String PONG = "PONG";
    private static final String VERSION = "redis_version:";

    private final Secrets secrets;

    RedisDataStore(Secrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public Store.Kind kind() {
        return Store.Kind.REDIS;
    }

    @Override
    public Set<Capability> can(Store store) {
        return Set.of();
    }

    @Override
    public String swapping(Store store) {
        return "it is only checked";
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ZERO;
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        try (RedisConnection redis = connect(store)) {
            redis.ask(PING);
            return new Identity(store.live(), version(redis), null, 0);
        }
    }

    /** Null where the user may not ask for it. */
    private static String version(RedisConnection redis) {
        try {
            return Objects.requireNonNullElse(redis.ask("INFO", "server"), "")
                    .lines()
                    .filter(line -> line.startsWith(VERSION))
                    .map(line -> line.substring(VERSION.length()).strip())
                    .findFirst()
                    .orElse(null);
        } catch (RedisConnection.Refused e) {
            return null;
        }
    }

    /** Why it is not well: what it answers to PING, or that it does not answer. */
    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        try {
            String answer = query(system, store, PING);
            return PONG.equals(answer) ? List.of() : List.of("to PING it answers '" + answer + "'");
        } catch (OutsideException e) {
            return List.of(e.getMessage());
        }
    }

    /** @param question PING, nothing else */
    @Override
    public String query(ManagedSystem system, Store store, String question) {
        if (!PING.equalsIgnoreCase(question.strip())) {
            throw new OutsideException("a store of kind REDIS is asked PING and nothing else, got '" + question + "'");
        }
        try (RedisConnection redis = connect(store)) {
            return redis.ask(PING);
        }
    }

    private RedisConnection connect(Store store) {
        RedisConnection redis = new RedisConnection(store.host(), store.port());
        try {
            if (store.password() != null) {
                String password = secrets.resolve(store.password());
                String done =
                        store.user() == null ? redis.ask("AUTH", password) : redis.ask("AUTH", store.user(), password);
                if (!"OK".equals(done)) {
                    throw new OutsideException("Redis at " + store.live() + " does not accept the password");
                }
            }
            return redis;
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
    }
}
