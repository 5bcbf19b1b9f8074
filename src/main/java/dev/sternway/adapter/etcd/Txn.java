package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A transaction: what must hold, and what is then done, wholly or not at all. */
final class Txn {
    /** etcd's own limit, of comparisons as of operations. */
    static final int LIMIT = 128;

    private final ObjectNode body = JsonNodeFactory.instance.objectNode();
    private final ArrayNode compare = body.putArray("compare");
    private final ArrayNode success = body.putArray("success");
    private long bytes;

    /** @param revision of the key's last change; 0 when it must not be there */
    Txn when(Key key, long revision) {
        compare.addObject()
                .put("key", key.base64())
                .put("target", "MOD")
                .put("result", "EQUAL")
                .put("mod_revision", Long.toString(revision));
        return this;
    }

    /** @param value in Base64 */
    Txn put(Key key, String value) {
        bytes += key.bytes().length() + value.length() * 3L / 4;
        success.addObject().putObject("request_put").put("key", key.base64()).put("value", value);
        return this;
    }

    Txn delete(Key key) {
        success.addObject().putObject("request_delete_range").put("key", key.base64());
        return this;
    }

    Txn deletePrefix(Key prefix) {
        success.addObject()
                .putObject("request_delete_range")
                .put("key", prefix.base64())
                .put("range_end", prefix.endOfPrefix().base64());
        return this;
    }

    int operations() {
        return Math.max(compare.size(), success.size());
    }

    /** Of keys and values. */
    long bytes() {
        return bytes;
    }

    ObjectNode body() {
        if (operations() > LIMIT) {
            throw new IllegalStateException("a transaction of " + operations() + " operations");
        }
        return body;
    }
}
