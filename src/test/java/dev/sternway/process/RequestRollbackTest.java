package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.DORA;
import static dev.sternway.process.Person.OLGA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.VERA;
import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.decision.Scope;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Plan;
import dev.sternway.plan.RestorePoint;
import dev.sternway.plan.RestorePointMissing;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import dev.sternway.step.backup.BackUpStore;
import dev.sternway.step.release.RecordRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FormService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A rollback that somebody asks for, by the form and by a call: every end of {@code request-rollback}, and the gates. */
class RequestRollbackTest extends ProcessTest {
    private static final String PROCESS = "request-rollback";
    private static final String CHOOSE = "userTask_chooseRestorePoint";
    private static final String APPROVE = "userTask_approveRollback";
    private static final List<String> GATES =
            List.of("checkAuthorisation", "checkProcedure", "checkTarget", "checkBackup");

    @Autowired
    FormService forms;

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    Rollbacks rollbacks;

    @Autowired
    Snapshots snapshots;

    @Autowired
    RecordRelease recordRelease;

    @Autowired
    BackUpStore backUpStore;

    @Autowired
    Catalogue catalogue;

    @Autowired
    BackupLedger backups;

    @Autowired
    AuthorizationService authorizations;

    @BeforeEach
    void anUpgradeThatNobodyLikes() {
        allow(OLGA, DORA, THEO, CARLA, VERA);
        for (String system : List.of("shop", "kiosk")) {
            String release = recordRelease.record(catalogue.find(system), "1.0").id();
            backUpStore.backUpSystem(
                    catalogue.find(system), BackupSet.Purpose.PRE_UPGRADE, release, DataStore.Progress.NONE);
        }
        shop.upgrade();
        shop.harms.add(Harm.CODE);
    }

    /** The engine lets them start it, as the doors do; the form itself looks at their groups. */
    private void allow(Person... people) {
        for (Person person : people) {
            world.hire(person);
            grant(person, Resources.PROCESS_INSTANCE, "*", Permissions.CREATE);
            grant(person, Resources.PROCESS_DEFINITION, PROCESS, ProcessDefinitionPermissions.CREATE_INSTANCE);
        }
    }

    private void grant(Person person, Resources resource, String id, Permission permission) {
        if (authorizations
                        .createAuthorizationQuery()
                        .userIdIn(person.id())
                        .resourceType(resource)
                        .resourceId(id)
                        .count()
                == 0) {
            Authorization grant = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            grant.setUserId(person.id());
            grant.setResource(resource);
            grant.setResourceId(id);
            grant.addPermission(permission);
            authorizations.saveAuthorization(grant);
        }
    }

    /** What somebody types into the form: field, value, field, value … */
    private void asks(Person person, String... typed) {
        Map<String, Object> variables = new HashMap<>();
        for (int i = 0; i < typed.length; i += 2) {
            variables.put("asked" + Character.toUpperCase(typed[i].charAt(0)) + typed[i].substring(1), typed[i + 1]);
        }
        variables.putIfAbsent("askedReason", "the upgrade failed its validation");
        submit(person, variables);
    }

    private void submit(Person person, Map<String, Object> variables) {
        String definition = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(PROCESS)
                .latestVersion()
                .singleResult()
                .getId();
        world.as(person, () -> forms.submitStartForm(definition, variables));
    }

    private RollbackRequest request(String... typed) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < typed.length; i += 2) {
            fields.put(typed[i], typed[i + 1]);
        }
        fields.putIfAbsent("reason", "the upgrade failed its validation");
        return RollbackRequest.of(fields);
    }

    /** By a call, as a program asks. */
    private Rollbacks.Started calls(Person person, String key, String... typed) {
        world.hire(person);
        return rollbacks.request(request(typed), person.id(), key);
    }

    private Refusal refusedCall(Person person, String... typed) {
        return catchThrowableOfType(Refusal.class, () -> calls(person, null, typed));
    }

    private String incidentOf(String system) {
        return world.database
                .sql("select id from incident where system_id = ? order by id desc limit 1")
                .param(system)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    private void nothingBegan() {
        assertThat(world.database
                        .sql("select count(*) from incident")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
        assertThat(shop.touched()).isEmpty();
    }

    private List<String> states() {
        return world.database
                .sql("select state || coalesce(' ' || code, '') from rollback_request order by id")
                .query(String.class)
                .list();
    }

    @Test
    @Tag("S1-03")
    void goesBackToTheNamedReleaseOnceSomebodyElseApproved() {
        asks(OLGA, "systems", "shop", "release", "1.0");

        String incident = incidentOf("shop");
        assertThat(world.process(PROCESS)).isEnded().hasPassed("endEvent_rollbackRequested");
        world.goOn();
        assertThat(world.process("approve-rollback")).hasBusinessKey(incident).isWaitingAt(APPROVE);
        Plan plan = world.plan(incident);
        assertThat(plan.level()).isEqualTo(2);
        assertThat(plan.releaseId()).isEqualTo("shop@1.0#1");

        world.complete(APPROVE, THEO, Map.of("decision", "APPROVE"));

        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(states()).containsExactly("STARTED");
    }

    @Test
    @Tag("S1-17")
    void keepsWhatTheFourGatesSawBeforeAnythingIsPlanned() {
        asks(OLGA, "systems", "shop", "release", "1.0");
        world.goOn();

        String incident = incidentOf("shop");
        List<String> steps =
                world.ledger.of(incident).stream().map(Evidence::step).toList();
        assertThat(steps)
                .startsWith("requestRollback")
                .containsSubsequence(GATES)
                .contains("planLevel");
        assertThat(steps.indexOf("planLevel")).isGreaterThan(steps.indexOf("checkBackup"));
        for (String gate : GATES) {
            assertThat(world.last(incident, gate).outcome()).as(gate).isEqualTo(Outcome.PROVED);
        }
        assertThat(world.last(incident, "requestRollback").actor()).isEqualTo("olga");
        assertThat(world.last(incident, "requestRollback").seen())
                .contains("'olga' asked for it in REQ-")
                .contains("failed its validation");
    }

    @Test
    void neverApprovesByWhomeverAsked() {
        asks(THEO, "systems", "shop", "release", "1.0");
        world.goOn();

        assertThat(sentBack(() -> world.submit(APPROVE, THEO, Map.of("decision", "APPROVE")))
                        .code())
                .isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);
        assertThat(shop.touched()).isEmpty();
    }

    /** Who asked is the signed-in person, whatever is submitted beside the form. */
    @Test
    void takesNoWordFromTheFormForWhoAsked() {
        submit(
                THEO,
                Map.of(
                        "askedSystems", "shop",
                        "askedRelease", "1.0",
                        "askedReason", "x",
                        "requestedBy", "olga",
                        "preAuthorised", true));
        world.goOn();

        assertThat(world.variable("rollback-system", "requestedBy")).isEqualTo("theo");
        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
    }

    @Test
    @Tag("S3-09")
    void offersTheLastRestorePointsWhereNoneIsNamed() {
        asks(OLGA, "systems", "shop");

        assertThat(world.process(PROCESS)).isWaitingAt(CHOOSE);
        assertThat(world.standsAt()).containsExactly(CHOOSE);
        String offered = (String) world.variable(PROCESS, "restorePoints");
        assertThat(offered.lines().toList())
                .hasSize(2)
                .anyMatch(line -> line.contains("release shop@1.0#1, version 1.0, ") && line.endsWith("images present"))
                .anyMatch(line -> line.contains("backup  shop-") && line.contains("manifest verified"));

        world.complete(CHOOSE, DORA, Map.of("chosenPoint", numberOf(offered, "release")));

        assertThat(world.process(PROCESS)).isEnded().hasPassed("endEvent_rollbackRequested");
        assertThat(world.plan(incidentOf("shop")).releaseId()).isEqualTo("shop@1.0#1");
        assertThat(world.variable("rollback-system", "requestedBy")).isEqualTo("olga");
    }

    private static String numberOf(String offered, String kind) {
        return offered.lines()
                .filter(line -> line.contains(". " + kind))
                .findFirst()
                .orElseThrow()
                .substring(0, 1);
    }

    @Test
    @Tag("S1-04")
    void restoresAChosenBackupAtLevelThree() {
        asks(OLGA, "systems", "shop");
        String offered = (String) world.variable(PROCESS, "restorePoints");

        world.complete(CHOOSE, OLGA, Map.of("chosenPoint", numberOf(offered, "backup")));

        Plan plan = world.plan(incidentOf("shop"));
        assertThat(plan.level()).isEqualTo(3);
        assertThat(plan.backupId()).startsWith("shop-");
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
    }

    @Test
    void asksAgainForAChoiceThatIsNotOffered() {
        asks(OLGA, "systems", "shop");

        Refusal refusal = sentBack(() -> world.submit(CHOOSE, OLGA, Map.of("chosenPoint", "5")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.DECISION_MISSING);
        assertThat(refusal.hint()).contains("[1, 2, WITHDRAW]");
        assertThat(world.process(PROCESS)).isWaitingAt(CHOOSE);
    }

    @Test
    void endsWhenNoneIsChosen() {
        asks(OLGA, "systems", "shop");

        world.complete(CHOOSE, OLGA, Map.of("chosenPoint", "WITHDRAW"));

        assertThat(world.process(PROCESS)).isEnded().hasPassed("endEvent_requestWithdrawn");
        assertThat(states()).containsExactly("WITHDRAWN");
        nothingBegan();
    }

    @Test
    void endsWhenNobodyChooses() {
        asks(OLGA, "systems", "shop");

        world.pass(Duration.ofHours(1));
        world.fire("event_choiceExpired");

        assertThat(world.process(PROCESS)).isEnded().hasPassed("endEvent_requestWithdrawn");
        assertThat(states()).containsExactly("WITHDRAWN");
    }

    /** Alerts are decided about while somebody chooses; then that incident is the one. */
    @Test
    void keepsTheTaskWhenAnIncidentHasBegunMeanwhile() {
        asks(OLGA, "systems", "shop");
        String incident = world.alert(CRASH);

        Refusal refusal = sentBack(() -> world.submit(CHOOSE, OLGA, Map.of("chosenPoint", "1")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INCIDENT_RUNNING);
        assertThat(refusal).hasMessageContaining(incident);
        assertThat(world.process(PROCESS)).isWaitingAt(CHOOSE);
    }

    @Test
    void isRefusedWhileAnIncidentRunsAndNamesIt() {
        String incident = world.alert(CRASH);

        Refusal refusal = sentBack(() -> asks(OLGA, "systems", "shop", "release", "1.0"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INCIDENT_RUNNING);
        assertThat(refusal).hasMessageContaining("'" + incident + "' of system 'shop' runs already");
        assertThat(states()).containsExactly("REFUSED INCIDENT_RUNNING");
        IncidentRunning call = (IncidentRunning) refusedCall(OLGA, "systems", "shop", "release", "1.0");
        assertThat(call.incidentId()).isEqualTo(incident);
    }

    @Test
    void isRefusedToWhoeverMayOnlyLook() {
        assertThat(sentBack(() -> asks(VERA, "systems", "shop", "release", "1.0"))
                        .code())
                .isEqualTo(ErrorCode.ROLE_MISSING);
        assertThat(refusedCall(VERA, "systems", "shop", "release", "1.0").code())
                .isEqualTo(ErrorCode.ROLE_MISSING);
        nothingBegan();
    }

    @Test
    void saysInTheFormWhatIsWrong() {
        assertThat(sentBack(() -> asks(OLGA, "systems", "shopp", "release", "1.0"))
                        .code())
                .isEqualTo(ErrorCode.SYSTEM_UNKNOWN);
        assertThat(sentBack(() -> asks(OLGA, "systems", "shop", "level", "4"))).hasMessage("field 'level' is '4'");
        assertThat(sentBack(() -> asks(OLGA, "systems", "shop", "release", "9.9"))
                        .code())
                .isEqualTo(ErrorCode.RELEASE_UNKNOWN);
        assertThat(sentBack(() ->
                                asks(OLGA, "systems", "shop", "scope", "CONFIGURATION", "level", "2", "release", "1.0"))
                        .code())
                .isEqualTo(ErrorCode.NO_CONFIGURATION_STORE);
        nothingBegan();
    }

    @Test
    @Tag("S1-17")
    void beginsNothingWhenAGateIsRed() {
        shop.host.images.remove(FakeShop.ONE);

        GatesRed red = (GatesRed) refusedCall(DORA, "systems", "shop", "release", "1.0");

        assertThat(red.code()).isEqualTo(ErrorCode.IMAGE_NOT_PRESENT);
        assertThat(red.gates())
                .extracting(Gate::name, Gate::isGreen)
                .containsExactly(
                        tuple("checkAuthorisation", true), tuple("checkProcedure", true), tuple("checkTarget", false));
        assertThat(states()).containsExactly("REFUSED IMAGE_NOT_PRESENT");
        nothingBegan();
    }

    @Test
    @Tag("S1-17")
    void looksAtTheBackupsManifestBeforeItBegins() throws IOException {
        BackupSet backup = backups.list("shop").get(0);
        Path manifest = backups.directory().resolve(backup.id()).resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("1.0", "9.9"));

        GatesRed red = (GatesRed) refusedCall(DORA, "systems", "shop", "backup", backup.id());

        assertThat(red.code()).isEqualTo(ErrorCode.BACKUP_MANIFEST_ALTERED);
        assertThat(red.gates().get(3).isGreen()).isFalse();
        nothingBegan();
    }

    @Test
    @Tag("S1-17")
    void isRefusedWhileSomebodyHoldsTheSystem() {
        world.database
                .sql("insert into rollback_lock (system_id, incident_id, fence, holder, reason)"
                        + " values ('shop', 'INC-1 (swap back)', 1, 'carla', 'swap back of incident INC-1')")
                .update();

        assertThat(refusedCall(DORA, "systems", "shop", "release", "1.0").code())
                .isEqualTo(ErrorCode.SYSTEM_LOCKED);
        nothingBegan();
    }

    @Test
    @Tag("S3-09")
    void listsTheRestorePointsToAProgramThatNamesNone() {
        RestorePointMissing missing =
                catchThrowableOfType(RestorePointMissing.class, () -> calls(DORA, null, "systems", "shop"));

        assertThat(missing.points()).hasSize(2).allMatch(RestorePoint::usable);
        nothingBegan();
    }

    @Test
    @Tag("S0-14")
    void beginsOnceHoweverOftenAProgramTries() {
        Rollbacks.Started first = calls(DORA, "run-4711", "systems", "shop", "release", "1.0");
        Rollbacks.Started again = calls(DORA, "run-4711", "systems", "shop", "release", "1.0");

        assertThat(again.incidents()).isEqualTo(first.incidents());
        assertThat(first.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(states()).containsExactly("STARTED");
        Refusal other = catchThrowableOfType(
                Refusal.class, () -> calls(DORA, "run-4711", "systems", "kiosk", "release", "1.0"));
        assertThat(other.code()).isEqualTo(ErrorCode.REQUEST_REPEATED);
    }

    @Test
    @Tag("S0-14")
    void beginsOnceWhenTwoTriesComeAtTheSameMoment() throws Exception {
        world.hire(DORA);
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            Callable<Rollbacks.Started> call =
                    () -> rollbacks.request(request("systems", "shop", "release", "1.0"), DORA.id(), "run-4712");
            List<Future<Rollbacks.Started>> answers = both.invokeAll(List.of(call, call));

            assertThat(answers.get(0).get().incidents())
                    .isEqualTo(answers.get(1).get().incidents());
        } finally {
            both.shutdownNow();
        }
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionKey("handle-incident")
                        .count())
                .isOne();
    }

    @Test
    void opensTheIncidentsInTheSameOrderWhateverOrderTheSystemsAreNamedIn() {
        Rollbacks.Started started =
                calls(CARLA, null, "systems", "shop,kiosk", "backupBase", "latest", "reason", "the new base image");

        assertThat(started.incidents().get("kiosk"))
                .isLessThan(started.incidents().get("shop"));
    }

    @Test
    @Tag("S1-06")
    void givesEachOfSeveralSystemsAnIncidentOfItsOwn() {
        Rollbacks.Started started =
                calls(CARLA, null, "systems", "ALL", "backupBase", "latest", "reason", "the new base image");

        assertThat(started.incidents()).containsOnlyKeys("shop", "kiosk");
        world.goOn();
        for (String system : List.of("shop", "kiosk")) {
            Plan plan = world.plan(started.incidents().get(system));
            assertThat(plan.systemId()).isEqualTo(system);
            assertThat(plan.level()).isEqualTo(3);
            assertThat(plan.backupId()).startsWith(system + "-");
        }
    }

    @Test
    @Tag("S1-06")
    void beginsNoneOfSeveralWhenOneGateIsRed() {
        String incident = world.alert("kiosk", CRASH, Alert.Status.FIRING);

        assertThat(refusedCall(CARLA, "systems", "shop,kiosk").code()).isEqualTo(ErrorCode.INCIDENT_RUNNING);

        assertThat(incidentOf("shop")).isNull();
        assertThat(incidentOf("kiosk")).isEqualTo(incident);
    }

    @Test
    @Tag("S1-06")
    void refusesBackupsThatAreTooFarApart() {
        world.database
                .sql("update backup_set set taken_at = taken_at - interval '62 minutes' where system_id = 'kiosk'")
                .update();

        Refusal refusal = refusedCall(CARLA, "systems", "ALL", "backupBase", "latest");

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_SPREAD);
        assertThat(refusal).hasMessageContaining("apart, allowed is PT1H");
        nothingBegan();
    }

    @Test
    @Tag("S4-15")
    void restoresTheDataAloneAndLeavesTheServicesOnTheirImage() {
        shop.harms.clear();
        shop.harms.add(Harm.ROWS);
        shop.live().schemaVersion = "1";
        String failed = shop.live().identity;
        String backup = world.database
                .sql("select id from backup_set where system_id = 'shop'")
                .query(String.class)
                .single();
        calls(OLGA, null, "systems", "shop", "scope", "DATABASE", "restoreReason", "CORRUPTION", "backup", backup);
        world.goOn();
        world.complete(
                "userTask_confirmDataLoss",
                CARLA,
                Map.of("decision", "APPROVE", "phrase", ConfirmDataLossListener.PHRASE));
        world.complete("userTask_approveDataLoss", THEO, Map.of("decision", "APPROVE"));

        assertThat(shop.live().identity).isNotEqualTo(failed);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.TWO);
        assertThat(shop.api().running).isTrue();
        String incident = incidentOf("shop");
        assertThat(world.evidence(incident, "startService")).isNotEmpty();
        assertThat(world.plan(incident).scope()).isEqualTo(Scope.DATABASE);
        assertThat(world.last(incident, "runChecks").outcome()).isEqualTo(Outcome.PROVED);
    }

    @Test
    @Tag("S4-15")
    void refusesTheDataAloneForAnyOtherReason() {
        assertThat(refusedCall(OLGA, "systems", "shop", "scope", "DATABASE", "backupBase", "latest")
                        .code())
                .isEqualTo(ErrorCode.RESTORE_REASON_MISSING);
        assertThat(catchThrowableOfType(
                                Refusal.class,
                                () -> request("systems", "shop", "scope", "DATABASE", "restoreReason", "BOREDOM"))
                        .code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
        nothingBegan();
    }

    @Test
    @Tag("S4-14")
    void takesOneServiceBack() {
        calls(OLGA, null, "systems", "shop", "scope", "PARTIAL_SERVICE", "service", "api", "release", "1.0");
        world.goOn();
        assertThat((String) world.variable("rollback-system", "planSummary")).contains("Only service 'api'");

        world.complete(APPROVE, THEO, Map.of("decision", "APPROVE"));

        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
    }

    @Test
    void takesNoSnapshotWhileAnIncidentIsOpen() {
        String incident = world.alert(CRASH);

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> snapshots.start("shop", "1.1"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INCIDENT_RUNNING);
        assertThat(refusal).hasMessageContaining(incident);
        assertThat(world.state(incident)).isNotEqualTo(Incidents.State.CLOSED);
    }
}
