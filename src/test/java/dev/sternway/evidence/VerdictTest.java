package dev.sternway.evidence;

import static dev.sternway.catalogue.Check.Part.CONFIGURATION_CONSISTENT;
import static dev.sternway.catalogue.Check.Part.DATA_INTACT;
import static dev.sternway.catalogue.Check.Part.PERFORMANCE_ACCEPTABLE;
import static dev.sternway.evidence.Evidence.Outcome.NOT_MET;
import static dev.sternway.evidence.Evidence.Outcome.PROVED;
import static dev.sternway.evidence.Evidence.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Check;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S1-19")
@Tag("S0-10")
class VerdictTest {
    private static final Instant BEGIN = Instant.parse("2026-05-03T03:00:00Z");

    private final MemoryLedger ledger = new MemoryLedger();
    private int second;

    @Test
    void isASuccessWhenAllFivePartsPassed() {
        allPass();
        assertThat(verdict().success()).isTrue();
        assertThat(verdict().parts()).hasSize(5);
    }

    @Test
    void isNoSuccessWhenOneCheckFailsThoughAnotherOfItsPartPasses() {
        allPass();
        check("rows-sane", DATA_INTACT, NOT_MET, "17 orders with a negative total");
        check("totals", DATA_INTACT, PROVED, "equal");
        assertThat(verdict().success()).isFalse();
        assertThat(part(DATA_INTACT).result()).isEqualTo(Verdict.Result.FAILED);
        assertThat(part(DATA_INTACT).reasons())
                .extracting(Verdict.Reason::text)
                .contains("17 orders with a negative total", "equal");
    }

    @Test
    void takesTheLastResultOfACheck() {
        allPass();
        check("check-DATA_INTACT", DATA_INTACT, NOT_MET, "bad");
        check("check-DATA_INTACT", DATA_INTACT, PROVED, "good");
        assertThat(verdict().success()).isTrue();
    }

    @Test
    void isUnknownWhereTheCatalogueNamesNoCheck() {
        check("up", Check.Part.SERVICES_HEALTHY, PROVED, "up");
        assertThat(part(CONFIGURATION_CONSISTENT).result()).isEqualTo(Verdict.Result.UNKNOWN);
        assertThat(part(CONFIGURATION_CONSISTENT).reasons().get(0).text()).contains("the catalogue names no check");
        assertThat(verdict().success()).isFalse();
    }

    @Test
    void isUnknownWhereACheckCouldNotTell() {
        allPass();
        check("p95", PERFORMANCE_ACCEPTABLE, UNKNOWN, "too little traffic");
        assertThat(part(PERFORMANCE_ACCEPTABLE).result()).isEqualTo(Verdict.Result.UNKNOWN);
        assertThat(verdict().success()).isFalse();
    }

    @Test
    void doesNotBelieveWhatWasMeasuredBeforeTheLastChange() {
        allPass();
        append(Evidence.Kind.STEP, "swapStore", "orders", PROVED, "swapped", null);
        assertThat(part(DATA_INTACT).result()).isEqualTo(Verdict.Result.UNKNOWN);
        assertThat(part(DATA_INTACT).reasons().get(0).text()).contains("changed afterwards");
    }

    @Test
    void readsManyChecksFromOneEntry() {
        var details = JsonNodeFactory.instance.objectNode();
        var checks = details.putArray("checks");
        checks.addObject().put("check", "up").put("part", "SERVICES_HEALTHY").put("outcome", "PROVED");
        checks.addObject()
                .put("check", "rows")
                .put("part", "DATA_INTACT")
                .put("outcome", "NOT_MET")
                .put("seen", "17 bad");
        ledger.append(entry(Evidence.Kind.MEASUREMENT, "runChecks", null, NOT_MET, "1 of 2 pass", details));
        assertThat(part(Check.Part.SERVICES_HEALTHY).result()).isEqualTo(Verdict.Result.PASSED);
        assertThat(part(DATA_INTACT).reasons().get(0).text()).isEqualTo("17 bad");
    }

    @Test
    void turnsWhenAWatchSeesARelapse() {
        allPass();
        var details = JsonNodeFactory.instance.objectNode().put("check", "check-DATA_INTACT");
        ledger.append(entry(Evidence.Kind.WATCH, "watchStability", null, NOT_MET, "relapse after 3 s", details));
        assertThat(part(DATA_INTACT).result()).isEqualTo(Verdict.Result.FAILED);
        assertThat(part(DATA_INTACT).reasons().get(0).text()).isEqualTo("relapse after 3 s");
    }

    @Test
    void saysThatWindowsWereShortened() {
        allPass();
        Entry watch = Entry.fact("INC-1", Evidence.Kind.WATCH, "watchStability", "calm for 20 s", "calm", PROVED);
        ledger.append(watch.with(JsonNodeFactory.instance.objectNode().put("shortened", true)));
        assertThat(verdict().notes()).singleElement().asString().contains("shortened");
        assertThat(verdict().details().path("success").asBoolean()).isTrue();
        assertThat(verdict().details().path("parts")).hasSize(5);
    }

    private Verdict verdict() {
        return Verdict.of(ledger.of("INC-1"));
    }

    private Verdict.PartVerdict part(Check.Part part) {
        return verdict().parts().get(part.ordinal());
    }

    private void allPass() {
        for (Check.Part part : Check.Part.values()) {
            check("check-" + part, part, PROVED, "good");
        }
    }

    private void check(String id, Check.Part part, Evidence.Outcome outcome, String seen) {
        append(Evidence.Kind.MEASUREMENT, "runChecks", id, outcome, seen, part);
    }

    private void append(
            Evidence.Kind kind, String step, String target, Evidence.Outcome outcome, String seen, Check.Part part) {
        var details = JsonNodeFactory.instance.objectNode();
        if (part != null) {
            details.put("check", target).put("part", part.name());
        }
        ledger.append(entry(kind, step, target, outcome, seen, details));
    }

    private Entry entry(
            Evidence.Kind kind, String step, String target, Evidence.Outcome outcome, String seen, ObjectNode details) {
        Instant at = BEGIN.plusSeconds(second++);
        return new Entry(
                "INC-1", at, at, "shop", 3, kind, step, target, "well", seen, outcome, Entry.SELF, null, details);
    }
}
