package dev.sternway.web;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.BackupNeeds;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.BackupProcesses;
import dev.sternway.step.backup.DiscardBackup;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Backup sets: which there are and what each is worth; to take, read, prove and discard them (S1-15, S1-20). */
@RestController
@RequestMapping("/api/backups")
class BackupsApi {
    private static final Set<String> MAY_USE =
            Set.of("operator", "engineer", "devops", "on-call", "deployment-lead", "tech-lead", "incident-commander");
    private static final Set<String> MAY_DISCARD =
            Set.of("devops", "deployment-lead", "tech-lead", "operations-manager", "incident-commander");
    private static final Set<String> MAY_FORCE = Set.of("tech-lead", "operations-manager", "incident-commander");
    private static final int LONGEST_REASON = 1000;
    private static final int LONGEST_PATH = 2000;

    private final Catalogue catalogue;
    private final BackupLedger backups;
    private final BackupProofs proofs;
    private final BackupNeeds needs;
    private final BackupProcesses processes;
    private final DiscardBackup discarding;
    private final Ledger ledger;
    private final DataStores dataStores;

    BackupsApi(
            Catalogue catalogue,
            BackupLedger backups,
            BackupProofs proofs,
            BackupNeeds needs,
            BackupProcesses processes,
            DiscardBackup discarding,
            Ledger ledger,
            DataStores dataStores) {
        this.catalogue = catalogue;
        this.backups = backups;
        this.proofs = proofs;
        this.needs = needs;
        this.processes = processes;
        this.discarding = discarding;
        this.ledger = ledger;
        this.dataStores = dataStores;
    }

    /**
     * One backup set in a row.
     *
     * @param kind snapshot, scheduled, emergency or adopted
     * @param dataUntil nothing that was written later is in it
     * @param rows null when they are not known yet
     * @param source false when a restore never offers it
     * @param proof PROVED, FAILED or UNPROVED
     * @param proved the same in words, with when and how long
     */
    record BackupRow(
            String id,
            String system,
            String kind,
            String release,
            Instant takenAt,
            Instant dataUntil,
            long bytes,
            Long rows,
            boolean complete,
            boolean source,
            BackupProofs.State proof,
            String proved) {}

    /**
     * All that is known of one set.
     *
     * @param origin of an adopted set, the file that it came from
     * @param needed why it may not be discarded now, or null
     * @param failure why its last proof failed, or null
     */
    record BackupView(
            BackupRow backup,
            String origin,
            String needed,
            String failure,
            List<Part> parts,
            List<BackupProofs.Trial> trials) {}

    /** A backup that is wanted; kind is snapshot (default) or emergency. */
    record Wanted(String system, String kind) {}

    /**
     * A dump of another program.
     *
     * @param store null when the system has only one
     * @param path where it lies on Sternway's machine
     * @param takenAt null to take it from the file
     */
    record Adopt(String system, String store, String path, Instant takenAt) {}

    /** Why a set is discarded, and whether it is even when it is the newest proved one. */
    record Discard(String reason, boolean force) {}

    @GetMapping
    List<BackupRow> list(@RequestParam(required = false) String system, @RequestParam(defaultValue = "0") int last) {
        List<ManagedSystem> systems = system == null ? catalogue.all() : List.of(catalogue.find(system));
        return systems.stream()
                .flatMap(each -> backups.list(each.id()).stream())
                .sorted(Comparator.comparing(BackupSet::takenAt).reversed())
                .limit(last > 0 ? last : Long.MAX_VALUE)
                .map(this::row)
                .toList();
    }

    @GetMapping("/{id}")
    BackupView show(@PathVariable String id) {
        BackupSet set = known(id);
        BackupProofs.Proof proof = proofs.of(id);
        return new BackupView(
                row(set),
                set.origin(),
                needs.needed(set)
                        .orElse(
                                needs.isNewestProved(set)
                                        ? "it is the newest one that was restored with success"
                                        : null),
                proof.message(),
                set.parts(),
                proofs.trials(id));
    }

    private BackupRow row(BackupSet set) {
        BackupProofs.Proof proof = proofs.of(set.id());
        boolean rowsKnown = set.parts().stream().allMatch(Part::rowsKnown);
        boolean complete = backups.isComplete(set.id());
        return new BackupRow(
                set.id(),
                set.systemId(),
                set.purpose().kind(),
                set.releaseId(),
                set.takenAt(),
                set.dataUntil(),
                set.totalBytes(),
                rowsKnown ? set.parts().stream().mapToLong(Part::totalRows).sum() : null,
                complete,
                complete && rowsKnown && set.purpose() != Purpose.EMERGENCY,
                proof.state(),
                proof.words());
    }

    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> take(@RequestBody Wanted wanted, Authentication who) {
        require(who, MAY_USE, "take a backup");
        String kind = wanted.kind() == null ? "snapshot" : wanted.kind();
        if (!kind.equals("snapshot") && !kind.equals("emergency")) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "kind must be snapshot or emergency, got '" + kind + "'");
        }
        ManagedSystem system = catalogue.find(String.valueOf(wanted.system()));
        if (dataStores.backedUp(system).isEmpty()) {
            throw new Refusal(
                    ErrorCode.NO_BACKUP,
                    "system '" + system.id() + "' has no store that could be backed up",
                    "describe its stores in the catalogue.");
        }
        return key(processes.take(
                system.id(), kind.equals("snapshot") ? Purpose.PRE_UPGRADE : Purpose.EMERGENCY, who.getName()));
    }

    @PostMapping("/adopt")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> adopt(@RequestBody Adopt wanted, Authentication who) {
        require(who, MAY_USE, "adopt a backup");
        if (wanted.path() == null || wanted.path().isBlank() || wanted.path().length() > LONGEST_PATH) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "path must be given, at most " + LONGEST_PATH + " characters");
        }
        return key(processes.adopt(
                catalogue.find(String.valueOf(wanted.system())).id(),
                wanted.store(),
                wanted.path(),
                wanted.takenAt(),
                who.getName()));
    }

    @PostMapping("/{id}/verify")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> verify(@PathVariable String id, Authentication who) {
        require(who, MAY_USE, "read a backup");
        return key(processes.prove(known(id).id(), false, who.getName()));
    }

    @PostMapping("/{id}/prove")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> prove(@PathVariable String id, Authentication who) {
        require(who, MAY_USE, "prove a backup");
        return key(processes.prove(known(id).id(), true, who.getName()));
    }

    @GetMapping("/runs/{key}")
    BackupProcesses.Status run(@PathVariable String key) {
        return processes
                .find(key)
                .orElseThrow(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "nothing of key '" + key + "' runs"));
    }

    @PostMapping("/{id}/discard")
    Map<String, String> discard(@PathVariable String id, @RequestBody Discard request, Authentication who) {
        require(who, request.force() ? MAY_FORCE : MAY_DISCARD, "discard a backup");
        String reason = request.reason();
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "reason must be given, at most " + LONGEST_REASON + " characters");
        }
        BackupSet gone = discarding.discard(id, who.getName(), reason.strip(), request.force());
        ledger.append(Entry.fact(
                        "DISCARD-" + id,
                        Evidence.Kind.NOTE,
                        "discardBackup",
                        "backup '" + id + "' is gone",
                        "'" + who.getName() + "' discarded it" + (request.force() ? ", by force" : "") + ": "
                                + reason.strip(),
                        Evidence.Outcome.PROVED)
                .of(gone.systemId(), null, null)
                .by(who.getName()));
        return Map.of("discarded", id);
    }

    private BackupSet known(String id) {
        return backups.find(id)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_UNKNOWN,
                        "no backup set is called '" + id + "'",
                        "./sternway backup list shows what there is."));
    }

    private static Map<String, String> key(String key) {
        return Map.of("key", key);
    }

    private static void require(Authentication who, Set<String> roles, String what) {
        if (who.getAuthorities().stream().map(GrantedAuthority::getAuthority).noneMatch(roles::contains)) {
            throw new AccessDeniedException(
                    "to " + what + " is for " + roles.stream().sorted().toList());
        }
    }
}
