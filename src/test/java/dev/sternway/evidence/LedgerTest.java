package dev.sternway.evidence;

import static dev.sternway.evidence.Evidence.Kind.NOTE;
import static dev.sternway.evidence.Evidence.Kind.STEP;
import static dev.sternway.evidence.Evidence.Outcome.NOTED;
import static dev.sternway.evidence.Evidence.Outcome.PROVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariDataSource;
import dev.sternway.database.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class LedgerTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private static Ledger ledger;
    private String incident;

    @BeforeAll
    static void open() {
        ledger = new Ledger(DATABASE.dataSource());
    }

    @AfterAll
    static void close() {
        ledger.destroy();
    }

    @BeforeEach
    void name(TestInfo test) {
        incident = "INC-" + test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void readsWhatWasAppendedWithItsPlaceInTheChain() {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("share", 0.1).put("rows", 20_412).put("none", (String) null);
        details.putPOJO("took", Duration.ofSeconds(3)).putPOJO("at", Instant.parse("2026-05-03T03:14:15.123456Z"));

        Evidence written = ledger.append(note("first").with(details).of("shop", 2, "ab".repeat(32)));
        ledger.append(note("second"));

        List<Evidence> read = ledger.of(incident);
        assertThat(read).hasSize(2).first().isEqualTo(written);
        assertThat(read.get(0).previousHash()).isEqualTo(Chain.START);
        assertThat(read.get(0).details().get("took").asText()).isEqualTo("PT3S");
        assertThat(read.get(1).previousHash()).isEqualTo(read.get(0).hash());
        assertThat(ledger.head(incident)).contains(new Chain.Head(2, read.get(1).hash()));
        assertThat(ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    void isReadBackFromItsJsonWithEveryHashInPlace() {
        ledger.append(note("with details")
                .with(JsonNodeFactory.instance.objectNode().put("x", 1.0).put("y", 1e30)));
        ledger.append(note("another"));

        List<Evidence> copy = Json.readEvidence(Json.writeEvidence(ledger.of(incident)));

        assertThat(copy).isEqualTo(ledger.of(incident));
        assertThat(Chain.firstBreak(copy)).isEmpty();
    }

    @Test
    void keepsAnEntryWhenTheSurroundingTransactionFails() {
        TransactionTemplate engine = new TransactionTemplate(new JdbcTransactionManager(DATABASE.dataSource()));

        assertThatThrownBy(() -> engine.executeWithoutResult(status -> {
                    ledger.append(note("written before the failure"));
                    throw new IllegalStateException("the step failed");
                }))
                .hasMessage("the step failed");

        assertThat(ledger.of(incident)).hasSize(1);
    }

    @Test
    void writesWhenEveryOtherConnectionIsTaken() throws Exception {
        HikariDataSource main = DATABASE.dataSource();
        List<Connection> taken = new ArrayList<>();
        try {
            while (taken.size() < main.getMaximumPoolSize()) {
                taken.add(main.getConnection());
            }
            ledger.append(note("still written"));
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
        assertThat(ledger.of(incident)).hasSize(1);
    }

    @Test
    void keepsOneChainWhenTwoNodesAppendAtOnce() throws Exception {
        Ledger otherNode = new Ledger(DATABASE.dataSource());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Evidence>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Ledger node = i % 2 == 0 ? ledger : otherNode;
                Entry entry = note("entry " + i);
                all.add(threads.submit(() -> node.append(entry)));
            }
            for (Future<Evidence> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
            otherNode.destroy();
        }
        assertThat(ledger.of(incident))
                .extracting(Evidence::sequence)
                .hasSize(200)
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    void refusesToChangeDeleteOrTruncate() {
        ledger.append(note("for good"));
        for (String sql : List.of(
                "update evidence set seen = 'better'",
                "delete from evidence",
                "truncate evidence",
                "truncate evidence, evidence_head",
                "delete from evidence_head",
                "truncate evidence_head")) {
            assertThatThrownBy(() -> DATABASE.jdbc().sql(sql).update())
                    .as(sql)
                    .rootCause()
                    .hasMessageContaining("is append-only");
        }
        assertThatThrownBy(() -> DATABASE.jdbc()
                        .sql("update evidence_head set entries = entries - 1")
                        .update())
                .rootCause()
                .hasMessageContaining("grows by one entry at a time");
    }

    @Test
    void namesTheEntryThatWasEdited() {
        story();
        forge("update evidence set seen = 'all well' where incident_id = ? and sequence = 3");
        assertThat(ledger.firstBreak(incident))
                .hasValueSatisfying(text -> assertThat(text).startsWith("entry 3 was edited"));
    }

    @Test
    void namesTheEntryWhoseTimeWasEditedByAMicrosecond() {
        story();
        forge("update evidence set ended_at = ended_at + interval '1 microsecond'"
                + " where incident_id = ? and sequence = 2");
        assertThat(ledger.firstBreak(incident))
                .hasValueSatisfying(text -> assertThat(text).startsWith("entry 2 was edited"));
    }

    @Test
    void namesTheEntryThatWasMadeUnreadable() {
        story();
        forge("update evidence set kind = 'JOKE' where incident_id = ? and sequence = 2");
        assertThat(ledger.firstBreak(incident))
                .hasValueSatisfying(text -> assertThat(text).contains("cannot be read", "JOKE"));
    }

    @Test
    void namesTheEntryThatWasDeleted() {
        story();
        forge("delete from evidence where incident_id = ? and sequence = 2");
        assertThat(ledger.firstBreak(incident)).hasValue("entry 2 is missing: entry 3 stands in its place");
    }

    @Test
    void namesTheFirstOfTwoThatChangedPlaces() {
        story();
        forge("update evidence set sequence = 99 where incident_id = ? and sequence = 2");
        forge("update evidence set sequence = 2 where incident_id = ? and sequence = 3");
        forge("update evidence set sequence = 3 where incident_id = ? and sequence = 99");
        assertThat(ledger.firstBreak(incident))
                .hasValueSatisfying(text -> assertThat(text).startsWith("entry 2 was edited"));
    }

    @Test
    void namesTheEntryThatWasReplacedByOneWithAFittingHash() {
        story();
        Evidence old = ledger.of(incident).get(1);
        Evidence forged = Ledger.link(note("forged"), new Chain.Head(1, old.previousHash()));
        DATABASE.jdbc().sql("alter table evidence disable trigger user").update();
        DATABASE.jdbc()
                .sql(
                        "update evidence set wanted = null, step = 'note', seen = ?, started_at = ?, ended_at = ?, hash = ?, kind = 'NOTE',"
                                + " outcome = 'NOTED' where incident_id = ? and sequence = 2")
                .params(
                        forged.seen(),
                        forged.startedAt().atOffset(java.time.ZoneOffset.UTC),
                        forged.endedAt().atOffset(java.time.ZoneOffset.UTC),
                        forged.hash(),
                        incident)
                .update();
        DATABASE.jdbc().sql("alter table evidence enable trigger user").update();
        assertThat(ledger.firstBreak(incident))
                .hasValueSatisfying(text -> assertThat(text).startsWith("entry 3 does not follow"));
    }

    @Test
    void namesTheFirstEntryOfACutTail() {
        story();
        forge("delete from evidence where incident_id = ? and sequence > 3");
        assertThat(ledger.firstBreak(incident)).hasValue("entry 4 is missing: the head names 5 entries, there are 3");
    }

    @Test
    void noticesThatEverythingIsGone() {
        story();
        forge("delete from evidence where incident_id = ?");
        assertThat(ledger.firstBreak(incident)).hasValue("entry 1 is missing: the head names 5 entries, there are 0");
    }

    @Test
    void noticesAnEntryThatTheHeadDoesNotKnow() {
        story();
        forge("delete from evidence_head where incident_id = ?");
        assertThat(ledger.firstBreak(incident)).hasValue("entry 1 was added: the head names 0 entries, there are 5");
    }

    @Test
    void takesTheTeethOutOfHostileTexts() {
        Evidence entry = ledger.append(Entry.fact(
                        incident,
                        NOTE,
                        "note",
                        "line\r\nINFO forged log line",
                        "\u001B[31mred\u001B[0m \u001B]0;title\u0007a\u0000b\u202Ec\ud83d",
                        NOTED)
                .with(JsonNodeFactory.instance
                        .objectNode()
                        .put("k\u001B[1m", "v\nw")
                        .put("big", Long.MAX_VALUE)));
        assertThat(entry.wanted()).isEqualTo("line INFO forged log line");
        assertThat(entry.seen()).isEqualTo("red abc");
        assertThat(entry.details().toString()).isEqualTo("{\"big\":\"9223372036854775807\",\"k\":\"v w\"}");
        assertThat(ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    void cutsWhatIsEndless() {
        Evidence entry = ledger.append(note("x".repeat(1_000_000))
                .with(JsonNodeFactory.instance.objectNode().set("many", many())));
        assertThat(entry.seen()).hasSizeLessThan(4_100).endsWith("(cut, 1000000 characters)");
        assertThat(entry.details().get("cut").booleanValue()).isTrue();
        assertThat(ledger.firstBreak(incident)).isEmpty();
    }

    private static com.fasterxml.jackson.databind.JsonNode many() {
        var array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 200; i++) {
            array.add("y".repeat(4_000));
        }
        return array;
    }

    private void story() {
        for (int i = 1; i <= 5; i++) {
            ledger.append(Entry.fact(incident, STEP, "revertImage", "wanted " + i, "seen " + i, PROVED));
        }
        assertThat(ledger.firstBreak(incident)).isEmpty();
    }

    /** As somebody who owns the database could. */
    private void forge(String sql) {
        for (String table : List.of("evidence", "evidence_head")) {
            DATABASE.jdbc()
                    .sql("alter table " + table + " disable trigger user")
                    .update();
        }
        DATABASE.jdbc().sql(sql).param(incident).update();
        for (String table : List.of("evidence", "evidence_head")) {
            DATABASE.jdbc().sql("alter table " + table + " enable trigger user").update();
        }
    }

    private Entry note(String seen) {
        return Entry.fact(incident, NOTE, "note", null, seen, NOTED);
    }
}
