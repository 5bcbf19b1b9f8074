package dev.sternway.process;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.Scope;
import dev.sternway.plan.LevelSkipped;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Plan;
import dev.sternway.plan.PlanRequest;
import dev.sternway.plan.Planner;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RepositoryService;
import org.springframework.stereotype.Component;

/**
 * The four gates before a rollback that somebody asked for: may he, is the procedure there, does the target fit, is the
 * backup whole. All are looked at, nothing is touched.
 */
@Component
class RollbackGates {
    private static final String AUTHORISATION = "checkAuthorisation";
    private static final String PROCEDURE = "checkProcedure";
    private static final String TARGET = "checkTarget";
    private static final String BACKUP = "checkBackup";
    private static final String WHOLE = "the backup is there, whole as its manifest says, and of this system";
    private static final List<String> LEVELS =
            List.of("level-1-switch-toggles", "level-2-revert-release", "level-3-restore-system");

    private final Planner planner;
    private final BackupLedger backups;
    private final Locks locks;
    private final RepositoryService repository;
    private final OwnAuthority own;
    private final Weighing weighing;

    RollbackGates(
            Planner planner,
            BackupLedger backups,
            Locks locks,
            RepositoryService repository,
            OwnAuthority own,
            Weighing weighing) {
        this.planner = planner;
        this.backups = backups;
        this.locks = locks;
        this.repository = repository;
        this.own = own;
        this.weighing = weighing;
    }

    /**
     * The gates' results, in order; how the last two are depends on a plan as it would be made now.
     *
     * @param request for one system, with its target
     */
    List<Gate> look(RollbackRequest request, ManagedSystem system, Requester who, Instant harmSince) {
        List<Gate> gates = new ArrayList<>();
        gates.add(authorisation(who));
        gates.add(procedure(request, system));
        try {
            Plan plan = plan(request, system, harmSince);
            gates.add(Gate.green(TARGET, wantedOfTarget(request), described(plan)));
            gates.add(backup(plan));
        } catch (Refusal refusal) {
            boolean data = refusal.code() == ErrorCode.NO_BACKUP
                    || refusal.code().name().startsWith("BACKUP_");
            gates.add(Gate.red(data ? BACKUP : TARGET, data ? WHOLE : wantedOfTarget(request), refusal));
        }
        return gates;
    }

    private static Gate authorisation(Requester who) {
        String wanted = "asked for by somebody who may";
        try {
            who.requireMayRequest();
            return Gate.green(AUTHORISATION, wanted, "'" + who.user() + "' is in " + who.groups());
        } catch (Refusal refusal) {
            return Gate.red(AUTHORISATION, wanted, refusal);
        }
    }

    /** The models are deployed and not suspended, and nobody else works on the system. */
    private Gate procedure(RollbackRequest request, ManagedSystem system) {
        String wanted = "every process of the way is deployed, and the system is free";
        List<String> needed = Stream.concat(
                        Stream.of("handle-incident", "rollback-system", "run-level"),
                        LEVELS.stream().skip(request.firstLevel() - 1L))
                .toList();
        List<String> missing =
                own.call(() -> needed.stream().filter(each -> !isDeployed(each)).toList());
        if (!missing.isEmpty()) {
            return Gate.red(
                    PROCEDURE,
                    wanted,
                    new Refusal(
                            ErrorCode.PLAN_OBSTACLE,
                            "processes " + missing + " are not deployed, or suspended",
                            "activate them in Cockpit, or start Sternway again."));
        }
        Optional<Locks.Lock> lock = locks.find(system.id());
        if (lock.isPresent()) {
            return Gate.red(
                    PROCEDURE,
                    wanted,
                    new Refusal(
                            ErrorCode.SYSTEM_LOCKED,
                            "system '" + system.id() + "' is locked by '"
                                    + lock.get().incidentId() + "' since "
                                    + lock.get().acquiredAt() + ": "
                                    + lock.get().reason(),
                            "wait until that has ended, then ask again."));
        }
        return Gate.green(PROCEDURE, wanted, "deployed: " + String.join(", ", needed) + "; nobody holds the system");
    }

    private boolean isDeployed(String process) {
        return repository
                        .createProcessDefinitionQuery()
                        .processDefinitionKey(process)
                        .latestVersion()
                        .active()
                        .count()
                == 1;
    }

    private Plan plan(RollbackRequest request, ManagedSystem system, Instant harmSince) {
        if (request.scope() == Scope.DATABASE && !weighing.permitsRestore(request.restoreReason())) {
            throw new Refusal(
                    ErrorCode.RESTORE_REASON_MISSING,
                    "the data of system '" + system.id() + "' alone is not restored for the reason '"
                            + request.restoreReason() + "'",
                    "the table permit-restore has the reasons; else roll back the release at level 2.");
        }
        PlanRequest wanted = new PlanRequest("REQUEST", system, request.firstLevel(), null, harmSince)
                .with(request.scope(), request.service(), request.release(), request.backup(), request.restoreReason());
        try {
            return planner.plan(wanted);
        } catch (LevelSkipped skipped) {
            throw new Refusal(
                    skipped.code(),
                    "level " + wanted.level() + " would be skipped: " + skipped.getMessage(),
                    wanted.level() < 3
                            ? "ask for level " + (wanted.level() + 1) + ", or for another target."
                            : "ask for another scope or target.");
        }
    }

    private Gate backup(Plan plan) {
        if (plan.backupId() == null) {
            return Gate.green(BACKUP, WHOLE, "level " + plan.level() + " restores no data");
        }
        BackupSet set = backups.find(plan.backupId()).orElseThrow();
        try {
            backups.verifyManifest(set);
        } catch (Refusal refusal) {
            return Gate.red(BACKUP, WHOLE, refusal);
        }
        return Gate.green(
                BACKUP,
                WHOLE,
                "backup '" + set.id() + "' of " + set.takenAt()
                        + ": manifest verified, files of their size; every byte is read before it is loaded");
    }

    private static String wantedOfTarget(RollbackRequest request) {
        return "a plan for level " + request.firstLevel() + ", scope " + request.scope()
                + ", whose preconditions all hold";
    }

    private static String described(Plan plan) {
        return plan.steps().size() + " steps, estimated " + plan.estimate().toSeconds() + " s"
                + (plan.releaseId() == null ? "" : ", back to release '" + plan.releaseId() + "'");
    }
}
