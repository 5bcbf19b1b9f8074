package dev.sternway.evidence;

import static dev.sternway.evidence.Evidence.Kind.ALERT;
import static dev.sternway.evidence.Evidence.Kind.APPROVAL;
import static dev.sternway.evidence.Evidence.Kind.BUDGET;
import static dev.sternway.evidence.Evidence.Kind.DECISION;
import static dev.sternway.evidence.Evidence.Kind.MEASUREMENT;
import static dev.sternway.evidence.Evidence.Kind.NOTE;
import static dev.sternway.evidence.Evidence.Kind.PLAN;
import static dev.sternway.evidence.Evidence.Kind.STEP;
import static dev.sternway.evidence.Evidence.Kind.VERDICT;
import static dev.sternway.evidence.Evidence.Kind.WATCH;
import static dev.sternway.evidence.Evidence.Outcome.NOTED;
import static dev.sternway.evidence.Evidence.Outcome.NOT_MET;
import static dev.sternway.evidence.Evidence.Outcome.PROVED;
import static dev.sternway.evidence.Evidence.Outcome.REFUSED;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;

/** Writes the evidence of the whole main story, as the processes write it: alert, three levels, watch, verdict. */
public final class StoryEvidence {
    public static final String SYSTEM = "sandbox-shop";
    public static final Instant BEGIN = Instant.parse("2026-05-03T03:14:15Z");

    /** Where a telling may stop. */
    public enum Chapter {
        DECIDED,
        LEVEL_1_NOT_ENOUGH,
        LEVEL_2_NOT_ENOUGH,
        LOSS_MEASURED,
        APPROVED,
        RESTORED,
        CLOSED
    }

    private final Ledger ledger;
    private final String incident;
    private Instant now = BEGIN;
    private Integer level;
    private String plan;

    private StoryEvidence(Ledger ledger, String incident) {
        this.ledger = ledger;
        this.incident = incident;
    }

    /** Tells the story up to the end of a chapter. */
    public static void tell(Ledger ledger, String incident, Chapter until) {
        StoryEvidence story = new StoryEvidence(ledger, incident);
        for (Chapter chapter : Chapter.values()) {
            if (chapter.ordinal() <= until.ordinal()) {
                story.tell(chapter);
            }
        }
    }

    private void tell(Chapter chapter) {
        switch (chapter) {
            case DECIDED -> decided();
            case LEVEL_1_NOT_ENOUGH -> level1();
            case LEVEL_2_NOT_ENOUGH -> level2();
            case LOSS_MEASURED -> lossMeasured();
            case APPROVED -> approved();
            case RESTORED -> restored();
            case CLOSED -> closed();
        }
    }

    private void decided() {
        write(
                ALERT,
                "receiveAlert",
                SYSTEM,
                40,
                "alerts of alertmanager are kept and acted on",
                "alert 'ShopFails' started this incident",
                NOTED,
                "alertmanager",
                object());
        ObjectNode assessed = object();
        ArrayNode rules = assessed.putArray("rules");
        rules.addObject()
                .put("id", "errorRateAboveFive")
                .put("severity", "CRITICAL")
                .put("description", "Errors above 5 % for more than 5 minutes");
        rules.addObject()
                .put("id", "dataCorrupted")
                .put("severity", "CRITICAL")
                .put("description", "Rows were damaged or lost");
        rules.addObject()
                .put("id", "degradedByHalf")
                .put("severity", "MAJOR")
                .put("description", "Slower than the baseline by more than half");
        write(
                DECISION,
                "assessSeverity",
                null,
                12,
                "every rule that matches is known",
                "3 rules match",
                NOTED,
                assessed);
        ObjectNode decision = object();
        decision.put("severity", "CRITICAL")
                .put("action", "ROLL_BACK")
                .put("scope", "SYSTEM")
                .put("firstLevel", 1)
                .put("approver", "incident-commander")
                .put("preAuthorised", true);
        decision.set("rules", rules.deepCopy());
        write(
                DECISION,
                "decideRollback",
                null,
                9,
                "one decision, the strictest that fits",
                "CRITICAL: ROLL_BACK, first level 1",
                NOTED,
                decision);
        write(
                STEP,
                "acquireLock",
                SYSTEM,
                4,
                "'sandbox-shop' locked for this incident alone",
                "held by " + incident + ", fence 7",
                PROVED,
                object());
    }

    private void level1() {
        plan(
                1,
                "a1".repeat(32),
                Duration.ofMinutes(2),
                null,
                null,
                step(
                        "switchToggle",
                        "recommendations",
                        "RECOMMENDATIONS_ENABLED=true in shop-api",
                        "RECOMMENDATIONS_ENABLED=false in shop-api, container recreated",
                        3,
                        1));
        write(
                STEP,
                "switchToggle",
                "recommendations",
                2_310,
                "RECOMMENDATIONS_ENABLED=false in the running container 'shop-api'",
                "false, container 4f1c09ab2c11 runs image sha256:7d3f…",
                PROVED,
                object().put("kept", "shop-api.failed-" + incident + "-1"));
        write(
                STEP,
                "awaitServiceReady",
                "api",
                1_240,
                "'api' answers 2 times in a row",
                "200 twice, after 1240 ms",
                PROVED,
                object().put("millis", 1240));
        write(
                STEP,
                "proveToggle",
                "recommendations",
                96,
                "the feature is off in the application's behaviour",
                "GET /recommendations answers 404 as wanted",
                PROVED,
                object());
        checks(
                18_000,
                "6 % of requests fail in the last 15 s",
                false,
                "0 rows with a negative total wanted, 1,204 seen");
    }

    private void level2() {
        plan(
                2,
                "b2".repeat(32),
                Duration.ofMinutes(15),
                "shop-1.4.0",
                null,
                step(
                        "createReplacement",
                        "web",
                        "nothing",
                        "container 'shop-web.next-" + incident + "' from sha256:11aa…",
                        1,
                        0),
                step(
                        "createReplacement",
                        "api",
                        "nothing",
                        "container 'shop-api.next-" + incident + "' from sha256:22bb…",
                        1,
                        0),
                step(
                        "revertImage",
                        "web",
                        "shop-web runs sha256:7d3f… (1.5.0)",
                        "shop-web runs sha256:11aa… (1.4.0)",
                        3,
                        2),
                step(
                        "revertImage",
                        "api",
                        "shop-api runs sha256:8e40… (1.5.0)",
                        "shop-api runs sha256:22bb… (1.4.0)",
                        3,
                        2));
        write(
                STEP,
                "createReplacement",
                "web",
                310,
                "a container from the recorded image beside the live one",
                "created, all settings of the user are in it",
                PROVED,
                object());
        write(
                STEP,
                "createReplacement",
                "api",
                290,
                "a container from the recorded image beside the live one",
                "created, all settings of the user are in it",
                PROVED,
                object());
        write(
                STEP,
                "stopService",
                "web",
                640,
                "'web' stopped within 10 s",
                "stopped with exit code 0",
                PROVED,
                object());
        write(
                STEP,
                "revertImage",
                "api",
                420,
                "'shop-api' runs image sha256:22bb…",
                "sha256:22bb…",
                PROVED,
                object().put("kept", "shop-api.failed-" + incident));
        write(
                STEP,
                "awaitServiceReady",
                "api",
                1_900,
                "'api' answers 2 times in a row",
                "200 twice, after 1900 ms",
                PROVED,
                object());
        write(
                STEP,
                "revertImage",
                "web",
                380,
                "'shop-web' runs image sha256:11aa…",
                "sha256:11aa…",
                PROVED,
                object().put("kept", "shop-web.failed-" + incident));
        write(
                STEP,
                "awaitServiceReady",
                "web",
                1_100,
                "'web' answers 2 times in a row",
                "200 twice, after 1100 ms",
                PROVED,
                object());
        write(
                STEP,
                "proveService",
                "api",
                60,
                "image sha256:22bb…, version 1.4.0",
                "image sha256:22bb…, version 1.4.0",
                PROVED,
                object());
        write(
                STEP,
                "proveService",
                "web",
                58,
                "image sha256:11aa…, version 1.4.0",
                "image sha256:11aa…, version 1.4.0",
                PROVED,
                object());
        checks(
                12_000,
                "0.0 % of requests fail in the last 12 s",
                true,
                "0 rows with a negative total wanted, 1,204 seen");
    }

    private void lossMeasured() {
        plan(
                3,
                "c3".repeat(32),
                Duration.ofMinutes(45),
                "shop-1.4.0",
                "sandbox-shop-20260503T031002Z",
                step("backUpStore", "orders", "failed state, 3.1 MB", "emergency backup set of it", 4, 0),
                step(
                        "loadStoreBeside",
                        "orders",
                        "nothing",
                        "database 'shop_next' from backup sandbox-shop-20260503T031002Z",
                        6,
                        0),
                step("stopService", "api", "running", "stopped", 1, 9),
                step(
                        "swapStore",
                        "orders",
                        "shop is database 16420",
                        "shop is the restored copy; the failed one is kept as 'shop_failed'",
                        1,
                        1),
                step("proveStore", "orders", "", "row counts and schema version of the backup", 1, 0));
        write(
                STEP,
                "backUpStore",
                "orders",
                3_900,
                "an emergency backup of the failed state",
                "set emergency-" + incident + ", 3.1 MB, sha256 9f2c…",
                PROVED,
                object());
        write(
                STEP,
                "loadStoreBeside",
                "orders",
                5_700,
                "backup loaded into 'shop_next', beside the live database",
                "20,412 rows in 4 tables, checksums match",
                PROVED,
                object().put("database", "shop_next"));
        ObjectNode loss = object();
        loss.put("from", BEGIN.minusSeconds(253).toString())
                .put("to", now.toString())
                .put("onlyLive", 61)
                .put("changed", 1_204);
        ArrayNode tables = loss.putArray("tables");
        table(tables, "public.customers", 812, 809, 3, 0);
        table(tables, "public.orders", 4_096, 4_051, 45, 1_204);
        table(tables, "public.order_lines", 15_501, 15_488, 13, 0);
        table(tables, "public.products", 64, 64, 0, 0);
        write(
                MEASUREMENT,
                "measureLoss",
                "orders",
                880,
                "the loss of going back measured in store 'orders'",
                "61 rows that only the live store has, 1204 rows changed",
                PROVED,
                loss);
    }

    private void approved() {
        pause(21_000);
        write(
                APPROVAL,
                "confirmDataLoss",
                null,
                0,
                "a form that can be taken",
                "the phrase is 'confirm data loss', wanted 'CONFIRM DATA LOSS'",
                REFUSED,
                "carla",
                object().put("code", "PHRASE_WRONG"));
        pause(9_000);
        write(
                APPROVAL,
                "confirmDataLoss",
                null,
                0,
                "plan approved by a person who may",
                "'carla' approved a loss of at most 61 rows",
                PROVED,
                "carla",
                object().put("kind", "PHRASE")
                        .put("lossBound", 61)
                        .put("expiresAt", now.plusSeconds(1800).toString())
                        .put("group", "incident-commander"));
        pause(14_000);
        write(
                APPROVAL,
                "approveDataLoss",
                null,
                0,
                "plan approved by a person who may",
                "'theo' approved a loss of at most 61 rows",
                PROVED,
                "theo",
                object().put("kind", "SECOND")
                        .put("lossBound", 61)
                        .put("expiresAt", now.plusSeconds(1800).toString())
                        .put("group", "tech-lead"));
    }

    private void restored() {
        write(
                STEP,
                "stopService",
                "api",
                700,
                "'api' stopped within 10 s",
                "stopped with exit code 0",
                PROVED,
                object());
        ObjectNode again = object();
        again.put("from", BEGIN.minusSeconds(253).toString())
                .put("to", now.toString())
                .put("onlyLive", 61)
                .put("changed", 1_204);
        ArrayNode tables = again.putArray("tables");
        table(tables, "public.customers", 812, 809, 3, 0);
        table(tables, "public.orders", 4_096, 4_051, 45, 1_204);
        table(tables, "public.order_lines", 15_501, 15_488, 13, 0);
        table(tables, "public.products", 64, 64, 0, 0);
        write(
                MEASUREMENT,
                "measureLoss",
                "orders",
                790,
                "the loss measured again with all users stopped",
                "61 rows that only the live store has, within the approved 61",
                PROVED,
                again);
        write(
                STEP,
                "swapStore",
                "orders",
                190,
                "'shop' is the restored copy, the failed one is kept",
                "shop is database 16688; database 16420 is kept as 'shop_failed'",
                PROVED,
                object().put(
                                "kept",
                                "shop_failed_"
                                        + incident.toLowerCase(java.util.Locale.ROOT)
                                                .replace('-', '_'))
                        .put("outageMillis", 31));
        write(
                STEP,
                "proveStore",
                "orders",
                240,
                "live is the copy, whole, on schema 12",
                "20,412 rows in 4 tables, schema 12",
                PROVED,
                object());
        write(STEP, "startService", "api", 120, "'api' started", "started", PROVED, object());
        write(
                STEP,
                "awaitServiceReady",
                "api",
                1_310,
                "'api' answers 2 times in a row",
                "200 twice, after 1310 ms",
                PROVED,
                object());
        write(
                BUDGET,
                "recordBudget",
                null,
                0,
                "level 3 proved within 2700 s",
                "used a small part",
                NOTED,
                object().put("budgetSeconds", 2700).put("usedSeconds", 61).put("spent", false));
        checks(9_000, "0.0 % of requests fail in the last 9 s", true, null);
        String until = now.plusSeconds(30).toString();
        write(
                WATCH,
                "watchStability",
                null,
                0,
                "stable until " + until,
                "the watch 'stability' of 30 s begins, a window shortened by the catalogue",
                NOTED,
                object().put("window", "stability").put("shortened", true).put("until", until));
        write(
                WATCH,
                "watchStability",
                null,
                30_000,
                "all 5 checks stay well for 30 s",
                "15 looks, no relapse",
                PROVED,
                object().put("stable", true).put("shortened", true));
    }

    private void closed() {
        level = null;
        Verdict verdict = Verdict.of(ledger.of(incident));
        write(
                VERDICT,
                "judgeOutcome",
                null,
                3,
                "all five parts passed",
                verdict.success() ? "all five passed" : "not all passed",
                verdict.success() ? PROVED : NOT_MET,
                verdict.details());
        write(
                NOTE,
                "closeIncident",
                null,
                0,
                "the incident is closed",
                "closed; the last watch goes on",
                NOTED,
                object());
    }

    /** Five checks; the last one fails when its text is given. */
    private void checks(int millis, String errors, boolean errorsGood, String rows) {
        Instant began = now;
        pause(millis);
        boolean good = errorsGood && rows == null;
        append(
                MEASUREMENT,
                "runChecks",
                null,
                began,
                "all 5 checks pass twice in a row",
                good ? "5 of 5 pass" : "not all pass",
                good ? PROVED : NOT_MET,
                Entry.SELF,
                object());
        check("up", "SERVICES_HEALTHY", "the shop answers", "200", true);
        check("orders-sane", "DATA_INTACT", "0 rows with a negative total", rows == null ? "0" : rows, rows == null);
        check("config-hash", "CONFIGURATION_CONSISTENT", "the recorded configuration", "equal", true);
        check("error-rate", "PERFORMANCE_ACCEPTABLE", "at most 1 % of requests fail", errors, errorsGood);
        check("payment", "INTEGRATIONS_WORKING", "a test payment is answered", "accepted", true);
    }

    private void check(String id, String part, String wanted, String seen, boolean good) {
        write(
                MEASUREMENT,
                "runChecks",
                id,
                0,
                wanted,
                seen,
                good ? PROVED : NOT_MET,
                object().put("check", id).put("part", part));
    }

    private void plan(int number, String sha256, Duration budget, String release, String backup, ObjectNode... steps) {
        level = number;
        plan = sha256;
        ObjectNode details = object();
        details.put("sha256", sha256)
                .put("incidentId", incident)
                .put("systemId", SYSTEM)
                .put("level", number);
        details.put("releaseId", release).put("backupId", backup);
        details.put("budget", budget.toString())
                .put("estimate", Duration.ofSeconds(8).toString());
        ArrayNode array = details.putArray("steps");
        for (ObjectNode step : steps) {
            array.add(step);
        }
        write(
                PLAN,
                "planLevel",
                SYSTEM,
                85,
                "a plan for level " + number + " whose preconditions all hold",
                steps.length + " steps, SHA-256 " + sha256,
                PROVED,
                details);
    }

    private static ObjectNode step(String step, String target, String now, String after, int estimate, int outage) {
        return object().put("step", step)
                .put("target", target)
                .put("now", now)
                .put("after", after)
                .put("estimate", "PT" + estimate + "S")
                .put("outage", "PT" + outage + "S");
    }

    private static void table(ArrayNode tables, String name, long live, long backup, long onlyLive, long changed) {
        tables.addObject()
                .put("table", name)
                .put("live", live)
                .put("backup", backup)
                .put("onlyLive", onlyLive)
                .put("changed", changed);
    }

    private void write(
            Evidence.Kind kind,
            String step,
            String target,
            int millis,
            String wanted,
            String seen,
            Evidence.Outcome outcome,
            ObjectNode details) {
        write(kind, step, target, millis, wanted, seen, outcome, Entry.SELF, details);
    }

    private void write(
            Evidence.Kind kind,
            String step,
            String target,
            int millis,
            String wanted,
            String seen,
            Evidence.Outcome outcome,
            String actor,
            ObjectNode details) {
        Instant began = now;
        pause(millis);
        append(kind, step, target, began, wanted, seen, outcome, actor, details);
        pause(8);
    }

    private void append(
            Evidence.Kind kind,
            String step,
            String target,
            Instant began,
            String wanted,
            String seen,
            Evidence.Outcome outcome,
            String actor,
            ObjectNode details) {
        ledger.append(new Entry(
                incident,
                began,
                now,
                SYSTEM,
                level,
                kind,
                step,
                target,
                wanted,
                seen,
                outcome,
                actor,
                level == null ? null : plan,
                details));
    }

    private void pause(int millis) {
        now = now.plusMillis(millis);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
