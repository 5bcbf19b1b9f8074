package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Approvals.Approval;
import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The two approvals expire between the swaps of two stores of one plan (S4-16). */
@Tag("S4-16")
class ApprovedDataLossTest {
    private static final String INCIDENT = "INC-1";
    private static final String PLAN = "sha-of-the-plan";
    private static final Instant APPROVED = Instant.parse("2026-11-20T03:00:00Z");
    private static final Instant SWAPPED = APPROVED.plusSeconds(600);

    private final Approvals approvals = mock(Approvals.class);
    private final Ledger ledger = mock(Ledger.class);
    private final DataLoss loss = mock(DataLoss.class);
    private final ApprovedDataLoss check = new ApprovedDataLoss(approvals, loss, mock(ProvedBackup.class), ledger);
    private final List<Evidence> entries = new ArrayList<>();
    private final StepTask task = task();

    private static StepTask task() {
        Plan plan = mock(Plan.class);
        when(plan.sha256()).thenReturn(PLAN);
        when(plan.level()).thenReturn(3);
        when(plan.losesData()).thenReturn(true);
        return new StepTask(INCIDENT, FakeShop.shop(), plan, "orders", APPROVED, DataStore.Progress.NONE);
    }

    @BeforeEach
    void approvedByTwoAndExpired() {
        when(ledger.of(INCIDENT)).thenReturn(entries);
        loses(5);
        gives(Kind.PHRASE, "carla", APPROVED);
        gives(Kind.SECOND, "theo", APPROVED);
    }

    private void loses(long rows) {
        when(loss.measured(INCIDENT, task.plan()))
                .thenReturn(Optional.of(new DataLoss.Measured(rows, 0, rows, false, APPROVED, APPROVED, List.of())));
    }

    private void gives(Kind kind, String user, Instant decidedAt) {
        when(approvals.find(INCIDENT, PLAN, kind))
                .thenReturn(
                        Optional.of(new Approval(kind, user, 7L, decidedAt, decidedAt.plusSeconds(900), false, false)));
    }

    private void wrote(String step, String plan, Evidence.Outcome outcome) {
        entries.add(new Evidence(
                INCIDENT,
                entries.size() + 1,
                SWAPPED,
                SWAPPED,
                "shop",
                3,
                Evidence.Kind.STEP,
                step,
                "customers",
                "",
                "",
                outcome,
                "sternway",
                plan,
                null,
                "",
                ""));
    }

    private void firstStoreIsSwapped() {
        wrote("readApprovals", PLAN, Evidence.Outcome.PROVED);
        wrote("swapStore", PLAN, Evidence.Outcome.PROVED);
    }

    private ErrorCode refused() {
        return catchThrowableOfType(Refusal.class, () -> check.require(task)).code();
    }

    @Test
    void carriesThePlanToItsEndOnceItsFirstStoreIsSwapped() {
        firstStoreIsSwapped();

        assertThatNoException().isThrownBy(() -> check.require(task));
    }

    @Test
    void refusesWhatExpiredBeforeAnyStoreWasSwapped() {
        wrote("readApprovals", PLAN, Evidence.Outcome.PROVED);
        wrote("swapStore", PLAN, Evidence.Outcome.FAILED);
        wrote("readApprovals", "another plan", Evidence.Outcome.PROVED);
        wrote("swapStore", "another plan", Evidence.Outcome.PROVED);

        assertThat(refused()).isEqualTo(ErrorCode.APPROVAL_EXPIRED);
    }

    @Test
    void refusesUnderAStoreThatWasFoundSwappedBeforeAnyApprovalWasRead() {
        wrote("swapStore", PLAN, Evidence.Outcome.ALREADY);

        assertThat(refused()).isEqualTo(ErrorCode.APPROVAL_EXPIRED);
    }

    @Test
    void carriesOnlyTheApprovalsThatTheFirstSwapHad() {
        firstStoreIsSwapped();
        gives(Kind.SECOND, "cleo", SWAPPED.plusSeconds(60));

        assertThat(refused()).isEqualTo(ErrorCode.APPROVAL_EXPIRED);
    }

    @Test
    void stillAsksForTwoPeopleAndTheBound() {
        firstStoreIsSwapped();
        loses(8);
        assertThat(refused()).isEqualTo(ErrorCode.LOSS_ABOVE_APPROVED);

        gives(Kind.SECOND, "carla", APPROVED);
        assertThat(refused()).isEqualTo(ErrorCode.SAME_PERSON);
    }
}
