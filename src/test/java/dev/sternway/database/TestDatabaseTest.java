package dev.sternway.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestDatabaseTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    @Test
    void isUtcAndUtf8AndMigrated() {
        assertThat(DATABASE.jdbc().sql("show timezone").query(String.class).single())
                .isEqualTo("UTC");
        assertThat(DATABASE.jdbc()
                        .sql("show server_encoding")
                        .query(String.class)
                        .single())
                .isEqualTo("UTF8");
        assertThat(DATABASE.jdbc()
                        .sql("select to_regclass('flyway_schema_history') is not null")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void isApartFromAnyOther() {
        try (TestDatabase other = TestDatabase.create()) {
            other.jdbc().sql("create table only_here (id int)").update();
            assertThat(DATABASE.jdbc()
                            .sql("select to_regclass('only_here') is null")
                            .query(Boolean.class)
                            .single())
                    .isTrue();
        }
    }
}
