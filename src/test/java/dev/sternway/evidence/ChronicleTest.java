package dev.sternway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.evidence.StoryEvidence.Chapter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChronicleTest {
    private static final String INCIDENT = "INC-2026-0042";

    private final MemoryLedger ledger = new MemoryLedger();

    @Test
    void readsTheDecisionWithEveryRule() {
        Chronicle.Decision decision = told(Chapter.DECIDED).decision().orElseThrow();
        assertThat(decision.severity()).isEqualTo("CRITICAL");
        assertThat(decision.action()).isEqualTo("ROLL_BACK");
        assertThat(decision.rules())
                .extracting(Chronicle.Rule::description)
                .contains("Errors above 5 % for more than 5 minutes");
    }

    @Test
    @Tag("S2-05")
    void timesLevelsFromPlanToProofAgainstTheirBudgets() {
        Chronicle chronicle = told(Chapter.CLOSED);
        assertThat(chronicle.levels()).extracting(Chronicle.Level::number).containsExactly(1, 2, 3);
        Chronicle.Level first = chronicle.levels().get(0);
        assertThat(first.used()).isBetween(Duration.ofMillis(3_600), Duration.ofMillis(3_800));
        assertThat(first.budget()).isEqualTo(Duration.ofMinutes(2));
        assertThat(first.overBudget()).isFalse();
        assertThat(first.approvalWait()).isZero();
    }

    @Test
    void doesNotCountTheTimeThatPeopleTook() {
        Chronicle.Level third = told(Chapter.CLOSED).levels().get(2);
        assertThat(third.approvalWait()).isBetween(Duration.ofSeconds(44), Duration.ofSeconds(45));
        assertThat(third.used()).isBetween(Duration.ofSeconds(13), Duration.ofSeconds(15));
    }

    @Test
    void readsTheLastMeasuredLossOfAStore() {
        assertThat(told(Chapter.RESTORED).losses()).singleElement().satisfies(loss -> {
            assertThat(loss.onlyLive()).isEqualTo(61);
            assertThat(loss.changed()).isEqualTo(1_204);
            assertThat(loss.measured()).isEqualTo(2);
        });
    }

    @Test
    void namesWhatIsKept() {
        Chronicle chronicle = told(Chapter.RESTORED);
        assertThat(chronicle.kept())
                .extracting(Chronicle.Kept::name)
                .contains("shop-api.failed-INC-2026-0042", "shop_failed_inc_2026_0042");
        assertThat(chronicle.canSwapBack()).isTrue();
        assertThat(told(Chapter.LEVEL_2_NOT_ENOUGH).canSwapBack()).isFalse();
    }

    @Test
    void namesTheRestoredDatabaseAsKeptOnceItIsSwappedBack() {
        Chronicle.Kept failed = told(Chapter.RESTORED).kept().stream()
                .filter(Chronicle.Kept::database)
                .findFirst()
                .orElseThrow();
        ledger.append(Entry.fact(INCIDENT, Evidence.Kind.STEP, "swapStoreBack", "back", "back", Evidence.Outcome.PROVED)
                .on(failed.target())
                .with(JsonNodeFactory.instance.objectNode().put("kept", "shop_next_inc_2026_0042")));

        Chronicle chronicle = new Chronicle(ledger.of(INCIDENT));

        assertThat(chronicle.kept())
                .extracting(Chronicle.Kept::name)
                .contains("shop-api.failed-INC-2026-0042", "shop_next_inc_2026_0042")
                .doesNotContain(failed.name());
        assertThat(chronicle.canSwapBack()).isFalse();
    }

    @Test
    void saysThatWindowsAreShortened() {
        assertThat(told(Chapter.RESTORED).windowsShortened()).isTrue();
        assertThat(told(Chapter.DECIDED).windowsShortened()).isFalse();
    }

    @Test
    void judgesTheWholeStoryASuccess() {
        assertThat(Verdict.of(told(Chapter.CLOSED).entries()).success()).isTrue();
        assertThat(Verdict.of(told(Chapter.LEVEL_2_NOT_ENOUGH).entries()).success())
                .isFalse();
    }

    @Test
    @Tag("S2-23")
    void reportHasEveryFieldOfTheTemplate() {
        String report = report(told(Chapter.CLOSED));
        assertThat(report)
                .doesNotContain("{{")
                .contains(
                        "**Incident date** | 2026-05-03",
                        "**Incident time** | 03:14:15 UTC",
                        "**Severity** | CRITICAL",
                        "**Rollback level** | 1, 2, 3",
                        "**Status** | COMPLETED",
                        "Application | RUNNING",
                        "Health | HEALTHY",
                        "Performance | NORMAL",
                        "Data integrity | INTACT",
                        "Affected users",
                        "Impact duration",
                        "Data loss | YES: 61 rows",
                        "## Next steps",
                        "## Incident owner",
                        "**carla**",
                        "`./sternway swap-back INC-2026-0042");
    }

    @Test
    void reportMakesNoMarkupOfTextsFromOutside() {
        ledger.append(Entry.fact(
                "INC-H",
                Evidence.Kind.NOTE,
                "note",
                "<script>alert(1)</script>",
                "[click](javascript:alert(1)) | cell | `code` # head",
                Evidence.Outcome.NOTED));
        String report = IncidentReport.write(
                new IncidentReport.Incident("INC-H", "shop", "![x](http://x) <b>", "OPEN", StoryEvidence.BEGIN, null),
                ledger.of("INC-H"),
                new Chain.Head(1, "h"),
                null);
        assertThat(report)
                .doesNotContain("<script>", "[click](", "![x](", "<b>")
                .contains("\\<script\\>", "\\[click\\]", "\\| cell \\|");
    }

    @Test
    void reportSaysThatTheChainIsBroken() {
        Chronicle chronicle = told(Chapter.DECIDED);
        String report = IncidentReport.write(
                new IncidentReport.Incident(INCIDENT, "shop", "t", "OPEN", StoryEvidence.BEGIN, null),
                chronicle.entries(),
                new Chain.Head(3, "h"),
                "entry 2 was edited");
        assertThat(report).contains("**The chain is broken:** entry 2 was edited");
    }

    private String report(Chronicle chronicle) {
        return IncidentReport.write(
                new IncidentReport.Incident(
                        INCIDENT,
                        StoryEvidence.SYSTEM,
                        "Orders fail",
                        "CLOSED",
                        StoryEvidence.BEGIN,
                        StoryEvidence.BEGIN.plusSeconds(200)),
                chronicle.entries(),
                ledger.head(INCIDENT).orElseThrow(),
                null);
    }

    private Chronicle told(Chapter until) {
        MemoryLedger fresh = new MemoryLedger();
        StoryEvidence.tell(fresh, INCIDENT, until);
        if (ledger.of(INCIDENT).isEmpty()) {
            StoryEvidence.tell(ledger, INCIDENT, until);
        }
        return new Chronicle(fresh.of(INCIDENT));
    }
}
