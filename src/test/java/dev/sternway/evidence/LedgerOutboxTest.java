package dev.sternway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is told of a transaction is in the ledger when it is committed, and only then, whatever crashes in between. */
class LedgerOutboxTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private static Ledger ledger;
    private static JdbcTransactionManager transactions;
    private static LedgerOutbox outbox;
    private String incident;

    @BeforeAll
    static void open() {
        ledger = new Ledger(DATABASE.dataSource());
        transactions = new JdbcTransactionManager(DATABASE.dataSource());
        outbox = new LedgerOutbox(ledger, DATABASE.jdbc(), transactions);
    }

    @AfterAll
    static void close() {
        ledger.destroy();
    }

    @BeforeEach
    void name(TestInfo test) {
        incident = "INC-" + test.getTestMethod().orElseThrow().getName();
    }

    private Entry entry(String seen) {
        return Entry.fact(
                        incident, Evidence.Kind.APPROVAL, "approveRollback", "approved", seen, Evidence.Outcome.PROVED)
                .by("carla");
    }

    private List<String> seen() {
        return ledger.of(incident).stream().map(Evidence::seen).toList();
    }

    private long waiting() {
        return DATABASE.jdbc()
                .sql("select count(*) from ledger_outbox where incident_id = ?")
                .param(incident)
                .query(Long.class)
                .single();
    }

    private void inTransaction(Runnable work) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> work.run());
    }

    @Test
    void writesRightAfterTheCommit() {
        inTransaction(() -> {
            outbox.append(entry("first"));
            outbox.append(entry("second"));
            assertThat(seen()).isEmpty();
        });

        assertThat(seen()).containsExactly("first", "second");
        assertThat(ledger.of(incident).get(0).actor()).isEqualTo("carla");
        assertThat(waiting()).isZero();
        assertThat(ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    void writesNothingOfWhatIsUndone() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            outbox.append(entry("undone"));
            status.setRollbackOnly();
        });

        assertThat(seen()).isEmpty();
        assertThat(waiting()).isZero();
    }

    @Test
    void writesLaterWhatACrashLeftAndOnlyOnce() {
        // Killed between the commit and the ledger: the row is there, nobody wrote it.
        DATABASE.jdbc().sql("""
                        insert into ledger_outbox (id, incident_id, entry, kept_at)
                        select gen_random_uuid(), ?, ?, now() - interval '1 minute'
                        """).params(incident, json("left")).update();

        assertThat(outbox.sweep(Duration.ofSeconds(5))).isEqualTo(1);
        assertThat(seen()).containsExactly("left");

        assertThat(outbox.sweep(Duration.ofSeconds(5))).isZero();
        assertThat(seen()).hasSize(1);
    }

    @Test
    void doesNotWriteAgainWhatIsInTheLedgerAlready() {
        // Killed between the ledger and the removal of the row.
        String id = "11111111-2222-3333-4444-555555555555";
        Entry written = entry("there already");
        ledger.append(written.with(written.details().deepCopy().put("noteId", id)));
        DATABASE.jdbc()
                .sql("insert into ledger_outbox (id, incident_id, entry, kept_at)"
                        + " values (cast(? as uuid), ?, ?, now() - interval '1 minute')")
                .params(id, incident, json("there already"))
                .update();

        outbox.sweep(Duration.ofSeconds(5));

        assertThat(seen()).containsExactly("there already");
        assertThat(waiting()).isZero();
    }

    private String json(String seen) {
        String now = Instant.now().toString();
        return """
                {"incidentId":"%s","startedAt":"%s","endedAt":"%s","kind":"APPROVAL","step":"approveRollback",
                 "wanted":"approved","seen":"%s","outcome":"PROVED","actor":"carla","details":{}}
                """.formatted(incident, now, now, seen);
    }
}
