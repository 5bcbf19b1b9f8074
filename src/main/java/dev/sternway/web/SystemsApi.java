package dev.sternway.web;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.catalogue.SnapshotParts;
import dev.sternway.plan.LevelSkipped;
import dev.sternway.plan.Plan;
import dev.sternway.plan.PlanRequest;
import dev.sternway.plan.Planner;
import dev.sternway.plan.Readiness;
import dev.sternway.port.Refusal;
import dev.sternway.process.Snapshots;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The managed systems: what there is, what a rollback would do, and the snapshot before an upgrade. */
@RestController
@RequestMapping("/api")
class SystemsApi {
    private static final Set<String> MAY_SNAPSHOT =
            Set.of("operator", "engineer", "devops", "on-call", "deployment-lead", "tech-lead", "incident-commander");

    private final Catalogue catalogue;
    private final Planner planner;
    private final Snapshots snapshots;
    private final Readiness readiness;
    private final SnapshotParts parts;

    SystemsApi(Catalogue catalogue, Planner planner, Snapshots snapshots, Readiness readiness, SnapshotParts parts) {
        this.catalogue = catalogue;
        this.planner = planner;
        this.snapshots = snapshots;
        this.readiness = readiness;
        this.parts = parts;
    }

    /**
     * One system.
     *
     * @param release id of the release to go back to, or null
     * @param backup id of the newest backup set that a restore may choose, or null
     * @param rollbackReady true when all is there that a rollback needs (S3-01)
     * @param parts the five parts of the last snapshot, and what to do about what is missing
     */
    record SystemView(
            String id,
            String title,
            List<String> services,
            String release,
            String backup,
            boolean rollbackReady,
            List<PartView> parts) {}

    /**
     * A part of a snapshot.
     *
     * @param state KEPT, NOT_APPLICABLE or MISSING
     * @param remedy what to do, null unless it is missing
     */
    record PartView(String part, SnapshotPart.State state, String detail, String remedy) {
        static PartView of(SnapshotPart part) {
            return new PartView(part.kind().words(), part.state(), part.detail(), part.remedy());
        }
    }

    /** A snapshot: how far it is, and once it is done which parts it has. */
    record SnapshotView(
            Snapshots.State state,
            String releaseId,
            String backupId,
            String message,
            boolean rollbackReady,
            List<PartView> parts) {}

    /** What a snapshot is taken of. */
    record SnapshotRequest(String version) {}

    @GetMapping("/systems")
    List<SystemView> systems() {
        return catalogue.all().stream().map(this::view).toList();
    }

    private SystemView view(ManagedSystem system) {
        Readiness.State state = readiness.of(system);
        List<String> services = system.services().stream().map(Service::id).toList();
        return new SystemView(
                system.id(),
                system.title(),
                services,
                state.release(),
                state.backup(),
                state.ready(),
                state.parts().stream().map(PartView::of).toList());
    }

    /** What a rollback of the level would do now; nothing is touched and nothing is kept. */
    @GetMapping("/systems/{system}/plan")
    Plan plan(@PathVariable String system, @RequestParam(defaultValue = "1") int level) {
        if (level < 1 || level > 3) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "level is 1, 2 or 3, got " + level);
        }
        try {
            return planner.plan(new PlanRequest("PREVIEW", catalogue.find(system), level, null, Instant.now()));
        } catch (LevelSkipped skipped) {
            throw new Refusal(
                    skipped.code(),
                    "level " + level + " would be skipped: " + skipped.getMessage(),
                    "ask for the plan of the next level.");
        }
    }

    @PostMapping("/systems/{system}/snapshots")
    ResponseEntity<Snapshots.Started> snapshot(
            @PathVariable String system, @RequestBody SnapshotRequest request, Authentication person) {
        if (person.getAuthorities().stream().noneMatch(role -> MAY_SNAPSHOT.contains(role.getAuthority()))) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN, "a snapshot is taken by one of " + MAY_SNAPSHOT);
        }
        if (request.version() == null || !request.version().matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "version must be like 1.4.0, got '" + request.version() + "'");
        }
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .body(snapshots.start(catalogue.find(system).id(), request.version()));
    }

    @GetMapping("/snapshots/{key}")
    SnapshotView snapshot(@PathVariable String key) {
        Snapshots.Status status = snapshots
                .find(key)
                .orElseThrow(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no snapshot '" + key + "'"));
        List<SnapshotPart> kept = status.backupId() == null ? List.of() : parts.of(status.backupId());
        return new SnapshotView(
                status.state(),
                status.releaseId(),
                status.backupId(),
                status.message(),
                !kept.isEmpty() && kept.stream().noneMatch(part -> part.state() == SnapshotPart.State.MISSING),
                kept.stream().map(PartView::of).toList());
    }
}
