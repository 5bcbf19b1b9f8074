package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.port.OutsideException;
import dev.sternway.process.FakeShop.Harm;
import dev.sternway.step.FakeContainerHost;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Random values are planted wherever a system keeps its secrets; afterwards every table is read to the last byte: process
 * variables, their history, failure traces, ledger, plans and papers, which is all that pages and answers are made of.
 */
@Tag("S0-12")
class SecretsStaySecretTest extends ProcessTest {
    /** Holds the recorded settings of the containers, which are needed to create them again. */
    private static final List<String> KEEPS_SETTINGS = List.of("release");

    @Autowired
    private DataSource dataSource;

    @Autowired
    private ProcessEngine engine;

    private final String inSecretVariable = canary();
    private final String inPlainVariable = canary();
    private final String inAddress = canary();
    private final String inLabel = canary();
    private final String inOption = canary();
    private final String inLogAlone = canary();

    private static String canary() {
        return "canary-" + UUID.randomUUID();
    }

    private List<String> canaries() {
        return List.of(inSecretVariable, inPlainVariable, inAddress, inLabel, inOption, inLogAlone);
    }

    @BeforeEach
    void plant() {
        for (String name : List.of("shop-api", "kiosk-api")) {
            FakeContainerHost.Fake api = shop.host.named(name);
            api.specification = FakeContainerHost.specification(Map.of(
                    "OFFERS",
                    "on",
                    "MODE",
                    "safe",
                    "SHOP_SECRET",
                    inSecretVariable,
                    "GREETING",
                    inPlainVariable,
                    "DATABASE_URL",
                    "postgres://shop:" + inAddress + "@db/shop"));
            api.labels.put("com.example.api-key", inLabel);
            api.log = List.of();
        }
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.CODE);
    }

    private List<String> tellingLog() {
        return List.of(
                "starting with " + inSecretVariable,
                "hello " + inPlainVariable,
                "cannot connect to postgres://shop:" + inAddress + "@db/shop",
                "label says " + inLabel,
                "exec redis-server --requirepass " + inOption,
                "ADMIN_PASSWORD=" + inLogAlone + " was refused");
    }

    @Test
    void whenAServiceDoesNotBecomeReady() throws SQLException {
        shop.ready = false;
        shop.host.before = what -> {
            if (what.startsWith("start ")) {
                shop.host.containers.values().forEach(each -> each.log = tellingLog());
            }
        };

        String incident = world.alert(CRASH);
        world.goOn();

        assertThat(world.process("rollback-system").getId()).isNotNull();
        assertThat(world.standsAt()).contains("userTask_chooseNextStep");
        assertThat(world.last(incident, "awaitServiceReady").details().path("log"))
                .as("what it printed is in the evidence, without secrets")
                .hasSize(6)
                .anySatisfy(line -> assertThat(line.asText()).isEqualTo("ADMIN_PASSWORD=*** was refused"));
        assertThat((String) world.variable("rollback-system", "errorMessage")).doesNotContain("ADMIN_PASSWORD");
        assertThat(found()).isEmpty();
    }

    @Test
    void whenAStepFails() throws SQLException {
        shop.host.doesNotStart.put("shop-api", String.join("; ", tellingLog()));

        world.alert(CRASH);
        try {
            world.goOn();
        } catch (OutsideException expected) {
            assertThat(canaries()).noneMatch(expected.getMessage()::contains);
        }
        Job failed =
                engine.getManagementService().createJobQuery().withException().singleResult();
        if (failed != null) {
            assertThat(engine.getManagementService().getJobExceptionStacktrace(failed.getId()))
                    .contains("OutsideException");
        }

        assertThat(found()).isEmpty();
    }

    @Test
    void whenPlanAndVerdictTellWhatDiffers() throws SQLException {
        String incident = world.alert(CRASH);
        world.goOn();

        assertThat(world.plan(incident).steps().toString()).contains("another value");
        assertThat(found()).isEmpty();
    }

    /** Every place in the database where a canary sings. */
    private List<String> found() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = dataSource.getConnection()) {
            for (String table : tables(connection)) {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("select * from \"" + table + '"')) {
                    while (rows.next()) {
                        look(table, rows, found);
                    }
                }
            }
        }
        return found;
    }

    private void look(String table, ResultSet rows, List<String> found) throws SQLException {
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
            String name = table + "." + rows.getMetaData().getColumnName(column);
            String text = rows.getMetaData().getColumnTypeName(column).equals("bytea")
                    ? bytes(rows.getBytes(column))
                    : String.valueOf(rows.getString(column));
            canaries().stream().filter(text::contains).forEach(canary -> found.add(name + ": " + text));
        }
    }

    private static String bytes(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getTables(null, "public", null, new String[] {"TABLE"})) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        tables.removeAll(KEEPS_SETTINGS);
        assertThat(tables).contains("act_ru_variable", "act_hi_varinst", "act_ge_bytearray", "evidence", "plan");
        return tables;
    }
}
