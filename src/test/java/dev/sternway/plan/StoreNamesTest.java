package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.Store;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Names beside the live database fit PostgreSQL's limit and tell what they are for. */
class StoreNamesTest {
    private static Store store(String database) {
        return new Store("db", Store.Kind.POSTGRESQL, null, "h", 5432, database, "u", null, null, false);
    }

    @Test
    void namesTheIncident() {
        assertThat(StoreNames.beside(store("shop"), "INC-2026-0001")).isEqualTo("shop_next_inc_2026_0001");
        assertThat(StoreNames.kept(store("shop"), "INC-2026-0001")).isEqualTo("shop_failed_inc_2026_0001");
    }

    @Test
    void staysDifferentWhenItIsCut() {
        String one = StoreNames.beside(store("ä".repeat(25) + "_one"), "INC-2026-0001");
        String two = StoreNames.beside(store("ä".repeat(25) + "_two"), "INC-2026-0001");

        assertThat(one).isNotEqualTo(two).endsWith("_next_inc_2026_0001");
        assertThat(one.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
    }
}
