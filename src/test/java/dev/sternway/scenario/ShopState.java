package dev.sternway.scenario;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.Sandbox;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a shop is, seen past Sternway: two equal states mean that nothing was touched in between.
 *
 * @param containers by name: id, image and when it was started
 * @param database which database is live
 * @param rows a fingerprint of all that is in it
 */
record ShopState(Map<String, String> containers, String database, String rows) {

    static ShopState of(Sandbox sandbox) {
        Oracle oracle = sandbox.oracle();
        Map<String, String> containers = new TreeMap<>();
        for (String name : oracle.containers()) {
            InspectContainerResponse seen = oracle.inspect(name);
            containers.put(
                    name,
                    seen.getId() + " " + seen.getImageId() + " "
                            + seen.getState().getStartedAt());
        }
        String database = oracle.query("select oid from pg_database where datname = 'shop'", "postgres");
        String rows = oracle.query("select (select md5(string_agg(p::text, '' order by id)) from products p)"
                + " || (select md5(string_agg(o::text, '' order by id)) from orders o)"
                + " || (select md5(string_agg(c::text, '' order by id)) from customers c)"
                + " || (select max(version) from schema_history)");
        return new ShopState(containers, database, rows);
    }
}
