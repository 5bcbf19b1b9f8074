package dev.sternway.plan;

import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a person or a program asks for: which systems are rolled back, how deep, to what, and why.
 *
 * @param systems ids as they were asked for, each once; {@link #ALL} alone for every system of the catalogue
 * @param level the first level, or null: then it follows from the target
 * @param service the service of a {@link Scope#PARTIAL_SERVICE}
 * @param release id or version of the release to go back to, or null
 * @param backup id of the backup set to go back to, or null
 * @param backupBase for several systems: a time, the id of one system's backup set, or {@code latest}
 * @param restoreReason why data alone is restored, for {@link Scope#DATABASE}
 * @param severity as the person judges it, which says who must approve; null takes the strictest
 * @param reason for the papers
 */
public record RollbackRequest(
        List<String> systems,
        Integer level,
        Scope scope,
        String service,
        String release,
        String backup,
        String backupBase,
        RestoreReason restoreReason,
        Severity severity,
        String reason) {

    /** Every system of the catalogue. */
    public static final String ALL = "ALL";

    /** The names of the fields, as the API and the form's variables spell them. */
    public static final List<String> FIELDS = List.of(
            "systems",
            "level",
            "scope",
            "service",
            "release",
            "backup",
            "backupBase",
            "restoreReason",
            "severity",
            "reason");

    private static final int LONGEST_REASON = 1000;
    private static final int LONGEST = 200;

    /**
     * Reads the fields as they were typed or sent; what is absent or blank was not given.
     *
     * @throws Refusal {@link ErrorCode#REQUEST_INVALID} that names the field
     */
    public static RollbackRequest of(Map<String, String> fields) {
        Map<String, String> given = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (!FIELDS.contains(name)) {
                throw invalid(name, "is not known", "the fields are " + FIELDS + ".");
            }
            if (value != null && !value.isBlank()) {
                given.put(name, value.strip());
            }
        });
        RollbackRequest request = new RollbackRequest(
                systems(given.get("systems")),
                level(given.get("level")),
                given.containsKey("scope") ? oneOf(Scope.class, "scope", given.get("scope")) : Scope.FULL,
                text(given, "service", LONGEST),
                text(given, "release", LONGEST),
                text(given, "backup", LONGEST),
                text(given, "backupBase", LONGEST),
                oneOf(RestoreReason.class, "restoreReason", given.get("restoreReason")),
                oneOf(Severity.class, "severity", given.get("severity")),
                text(given, "reason", LONGEST_REASON));
        request.check();
        return request;
    }

    /** The fields again, as {@link #of} reads them. */
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        put(fields, "systems", String.join(",", systems));
        put(fields, "level", level);
        put(fields, "scope", scope);
        put(fields, "service", service);
        put(fields, "release", release);
        put(fields, "backup", backup);
        put(fields, "backupBase", backupBase);
        put(fields, "restoreReason", restoreReason);
        put(fields, "severity", severity);
        put(fields, "reason", reason);
        return fields;
    }

    /** True when several systems are asked for. */
    public boolean isForSeveral() {
        return systems.size() > 1 || systems.contains(ALL);
    }

    /** True when a person has to say to which point the system goes back. */
    public boolean needsRestorePoint() {
        return release == null && backup == null && backupBase == null && firstLevel() != 1 && !isForSeveral();
    }

    /** The level to begin with: the given one, else the least that reaches the target. */
    public int firstLevel() {
        if (level != null) {
            return level;
        }
        return scope.restoresStores() || backup != null || backupBase != null ? 3 : 2;
    }

    /** The same, back to a release or a backup that was chosen since; a level that was asked for stays. */
    public RollbackRequest to(RestorePoint point) {
        boolean data = point.kind() == RestorePoint.Kind.BACKUP;
        return new RollbackRequest(
                systems,
                level,
                scope,
                service,
                data ? null : point.id(),
                data ? point.id() : null,
                null,
                restoreReason,
                severity,
                reason);
    }

    /** The same for one system of several, back to its own backup set, or to the newest release where that is null. */
    public RollbackRequest only(String system, String itsBackup) {
        return new RollbackRequest(
                List.of(system),
                Integer.valueOf(firstLevel()),
                scope,
                service,
                release,
                itsBackup == null ? backup : itsBackup,
                null,
                restoreReason,
                severity,
                reason);
    }

    private void check() {
        if (reason == null) {
            throw invalid("reason", "is missing", "say in one sentence why; it is kept in the incident's papers.");
        }
        if (isForSeveral()) {
            forOneOnly("release", release);
            forOneOnly("backup", backup);
            forOneOnly("service", service);
            if (scope != Scope.FULL) {
                forOneOnly("scope", scope.name());
            }
            if (firstLevel() == 3 && backupBase == null) {
                throw invalid(
                        "backupBase",
                        "is missing",
                        "say to what time several systems go back, or 'latest', at level 3.");
            }
        }
        if (scope == Scope.PARTIAL_SERVICE && service == null) {
            throw invalid("service", "is missing", "name the service, or take the whole system back.");
        }
        if (scope != Scope.PARTIAL_SERVICE && service != null) {
            throw invalid("service", "is given, and scope is " + scope, "ask for scope PARTIAL_SERVICE.");
        }
        if (scope == Scope.DATABASE && firstLevel() != 3) {
            throw invalid("level", "is " + level + ", and data is restored at level 3 only", "leave it out.");
        }
        if (scope != Scope.DATABASE && restoreReason != null) {
            throw invalid(
                    "restoreReason", "is given, and scope is " + scope, "ask for scope DATABASE, or leave it out.");
        }
        if (backup != null && backupBase != null) {
            throw invalid("backupBase", "is given beside a backup", "leave one of them out.");
        }
        if (firstLevel() == 1 && (release != null || backup != null || backupBase != null)) {
            throw invalid("level", "is 1, which goes back to no release", "ask for level 2 or 3, or leave it out.");
        }
    }

    private static void forOneOnly(String field, String value) {
        if (value != null) {
            throw invalid(field, "is '" + value + "' for several systems", "ask for one system, or leave it out.");
        }
    }

    private static List<String> systems(String text) {
        List<String> ids = text == null
                ? List.of()
                : Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(id -> !id.isEmpty())
                        .distinct()
                        .toList();
        if (ids.isEmpty()) {
            throw invalid("systems", "is missing", "name a system of the catalogue, several, or " + ALL + ".");
        }
        if (ids.contains(ALL) && ids.size() > 1) {
            throw invalid("systems", "names " + ALL + " and others", "name " + ALL + " alone.");
        }
        return ids;
    }

    private static Integer level(String text) {
        if (text == null) {
            return null;
        }
        if (!Set.of("1", "2", "3").contains(text)) {
            throw invalid("level", "is '" + text + "'", "ask for 1 (toggles), 2 (release) or 3 (restore).");
        }
        return Integer.valueOf(text);
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, String field, String text) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(
                        field, "is '" + text + "'", "use one of " + Arrays.toString(type.getEnumConstants()) + "."));
    }

    private static String text(Map<String, String> given, String field, int longest) {
        String text = given.get(field);
        if (text != null && text.length() > longest) {
            throw invalid(field, "has " + text.length() + " characters", "use at most " + longest + ".");
        }
        return text;
    }

    private static void put(Map<String, String> fields, String name, Object value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
    }

    private static Refusal invalid(String field, String what, String hint) {
        return new Refusal(ErrorCode.REQUEST_INVALID, "field '" + field + "' " + what, hint);
    }
}
