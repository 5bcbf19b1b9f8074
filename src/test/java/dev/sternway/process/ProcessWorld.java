package dev.sternway.process;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Inbox;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Release;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.port.DataStore;
import dev.sternway.port.Refusal;
import dev.sternway.step.backup.BackUpStore;
import dev.sternway.step.release.RecordRelease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.test.assertions.bpmn.AbstractAssertions;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Drives processes in the test's own thread: whatever the engine and the workers would do goes on until people, an event
 * or a chosen activity are awaited. A job or worker that fails throws its cause.
 */
@Component
class ProcessWorld {
    private static final String WORKER = "test";
    private static final int MOST_STEPS = 500;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** An alert that the tables call critical: a feature fails for everybody. */
    static final Map<String, String> CRITICAL =
            Map.of("symptom", "feature_failure", "feature", "offers", "affected_users", "100");

    static final Map<String, String> CRASH = Map.of("symptom", "crash");
    static final Map<String, String> CORRUPTION = Map.of("symptom", "data_corruption");
    static final Map<String, String> MAJOR = Map.of("symptom", "critical_bug");
    static final Map<String, String> MINOR = Map.of("symptom", "ux");
    static final Map<String, String> UNMATCHED = Map.of();

    private final ProcessEngine engine;
    private final Inbox inbox;
    private final AlertDispatcher dispatcher;
    private final IncidentWeigher weigher;
    private final ExternalTaskWorkers workers;
    private final Catalogue catalogue;
    private final RecordRelease recordRelease;
    private final BackUpStore backUpStore;
    private final BackupLedger backups;
    final Incidents incidents;
    final Ledger ledger;
    final Plans plans;
    final JdbcClient database;
    private final Map<String, String> activities = new HashMap<>();
    private final Set<String> hired = ConcurrentHashMap.newKeySet();

    ProcessWorld(
            ProcessEngine engine,
            Inbox inbox,
            AlertDispatcher dispatcher,
            IncidentWeigher weigher,
            ExternalTaskWorkers workers,
            Catalogue catalogue,
            RecordRelease recordRelease,
            BackUpStore backUpStore,
            BackupLedger backups,
            Incidents incidents,
            Ledger ledger,
            Plans plans,
            JdbcClient database) {
        this.engine = engine;
        this.inbox = inbox;
        this.dispatcher = dispatcher;
        this.weigher = weigher;
        this.workers = workers;
        this.catalogue = catalogue;
        this.recordRelease = recordRelease;
        this.backUpStore = backUpStore;
        this.backups = backups;
        this.incidents = incidents;
        this.ledger = ledger;
        this.plans = plans;
        this.database = database;
    }

    /** No instance, no row, the wall clock. */
    void empty() {
        AbstractAssertions.init(engine);
        ClockUtil.reset();
        hired.clear();
        engine.getIdentityService().clearAuthentication();
        engine.getRuntimeService().createProcessInstanceQuery().rootProcessInstances().list().stream()
                .map(ProcessInstance::getId)
                .forEach(id -> engine.getRuntimeService().deleteProcessInstance(id, "test", true, true, true));
        List<String> ended = engine.getHistoryService().createHistoricProcessInstanceQuery().list().stream()
                .map(HistoricProcessInstance::getId)
                .toList();
        if (!ended.isEmpty()) {
            engine.getHistoryService().deleteHistoricProcessInstancesIfExists(ended);
        }
        database.sql(
                        "truncate alert, alert_message, incident, rollback_lock, plan, approval, release, backup_set, backup_part,"
                                + " backup_proof, backup_trial, backup_schedule, step_progress, paper, notice, outbox,"
                                + " task_answer, escalation, break_glass, ledger_outbox, rollback_request_incident, rollback_request,"
                                + " decision, decision_facts, decision_rule, salvage_row, salvage, snapshot_part")
                .update();
    }

    // given

    /** Records what runs as release 1.0 and backs it up, an hour ago. */
    void snapshot(String systemId) {
        snapshot(systemId, Duration.ofHours(1));
    }

    /** Records what runs as release 1.0 and backs it up, so long ago. */
    void snapshot(String systemId, Duration ago) {
        Release release = recordRelease.record(catalogue.find(systemId), "1.0");
        BackupSet set = backUpStore.backUpSystem(
                catalogue.find(systemId), BackupSet.Purpose.PRE_UPGRADE, release.id(), DataStore.Progress.NONE);
        // Of this system only: the manifests of others would no longer say what the ledger says.
        database.sql("update release set recorded_at = recorded_at - ? * interval '1 second' where id = ?")
                .param(ago.toSeconds())
                .param(release.id())
                .update();
        database.sql("update backup_set set taken_at = taken_at - ? * interval '1 second' where id = ?")
                .param(ago.toSeconds())
                .param(set.id())
                .update();
        // The manifest is signed again, with the time that the ledger has now.
        set.parts().forEach(part -> backups.add(set.id(), part, true));
    }

    // when

    /** Sends a firing alert about the shop; gives back the incident that runs for it. */
    String alert(Map<String, String> labels) {
        return alert("shop", labels, Alert.Status.FIRING);
    }

    void resolved() {
        alert("shop", Map.of(), Alert.Status.RESOLVED);
    }

    String alert(String systemId, Map<String, String> facts, Alert.Status status) {
        return alert(made(systemId, facts, status));
    }

    /** Sends a firing alert about the shop that begins now by the engine's clock. */
    String alertNow(Map<String, String> facts) {
        return alertSince(Variable.now(), facts);
    }

    /** Sends a firing alert about the shop that fires since a time by the engine's clock. */
    String alertSince(Instant since, Map<String, String> facts) {
        Alert made = made("shop", facts, Alert.Status.FIRING);
        return alert(new Alert(
                made.source(),
                made.series(),
                made.key(),
                made.status(),
                made.title(),
                since,
                made.labels(),
                made.annotations()));
    }

    /** Sends a firing alert about the shop that nobody handles yet. */
    void alertWaits(Map<String, String> facts) {
        inbox.accept(List.of(made("shop", facts, Alert.Status.FIRING)), "{}".getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a firing alert about the shop with the title. */
    String alert(String title, Map<String, String> facts) {
        Alert made = made("shop", facts, Alert.Status.FIRING);
        return alert(new Alert(
                made.source(),
                made.series(),
                made.key(),
                made.status(),
                title,
                made.startsAt(),
                made.labels(),
                made.annotations()));
    }

    private String alert(Alert alert) {
        String systemId = alert.labels().get("system");
        inbox.accept(List.of(alert), "{}".getBytes(StandardCharsets.UTF_8));
        dispatch();
        return database.sql("select id from incident where system_id = ? order by id desc limit 1")
                .param(systemId)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** Handles every waiting alert; what would gather for an instant has gathered. */
    void dispatch() {
        database.sql("update alert set received_at = received_at - interval '1 second' where state = 'WAITING'")
                .update();
        dispatcher.dispatchAll();
    }

    /** The time for another look at what waits has come; gives back how many processes were told something. */
    int weigh() {
        database.sql("update incident set weigh_at = now(), told_at = told_at - interval '1 minute'"
                        + " where weigh_at is not null")
                .update();
        return weigher.weighAll();
    }

    static Alert made(String systemId, Map<String, String> facts, Alert.Status status) {
        Map<String, String> labels = new HashMap<>(facts);
        labels.put("system", systemId);
        // As monitoring does it: an end belongs to the alert before it.
        boolean firing = status == Alert.Status.FIRING;
        int number = firing ? NUMBER.incrementAndGet() : NUMBER.get();
        String series = "alert-" + number;
        String key = series + (firing ? "/firing" : "/resolved");
        return new Alert("test", series, key, status, "It is bad", Instant.now(), labels, facts);
    }

    /** Goes on until only people, timers or events are awaited. */
    void goOn() {
        goOnTo("nowhere");
    }

    /** Goes on, but does not begin the activity. */
    void goOnTo(String activityId) {
        for (int i = 0; i < MOST_STEPS; i++) {
            if (!runJob(activityId) && !workExternalTask(activityId) && weigh() == 0) {
                return;
            }
        }
        throw new AssertionError("it goes round and round: " + standsAt());
    }

    private boolean runJob(String except) {
        for (Job job : engine.getManagementService()
                .createJobQuery()
                .messages()
                .withRetriesLeft()
                .orderByJobId()
                .asc()
                .list()) {
            if (!activityOf(job).equals(except)) {
                engine.getManagementService().executeJob(job.getId());
                return true;
            }
        }
        return false;
    }

    private boolean workExternalTask(String except) {
        for (ExternalTask waiting : engine.getExternalTaskService()
                .createExternalTaskQuery()
                .withRetriesLeft()
                .list()) {
            if (!waiting.getActivityId().equals(except)) {
                work(waiting);
                return true;
            }
        }
        return false;
    }

    private void work(ExternalTask waiting) {
        for (LockedExternalTask locked : engine.getExternalTaskService()
                .fetchAndLock(1, WORKER)
                .topic(waiting.getTopicName(), 60_000)
                .execute()) {
            workers.work(locked);
            failed(locked);
        }
    }

    private void failed(LockedExternalTask locked) {
        ExternalTask after = engine.getExternalTaskService()
                .createExternalTaskQuery()
                .externalTaskId(locked.getId())
                .singleResult();
        if (after != null) {
            throw new AssertionError("external task '" + locked.getActivityId() + "' failed: "
                    + after.getErrorMessage() + "\n"
                    + engine.getExternalTaskService().getExternalTaskErrorDetails(after.getId()));
        }
    }

    /** Lets the time pass for engine and steps; timers fire when they are told to. */
    void pass(Duration time) {
        ClockUtil.setCurrentTime(
                Date.from(ClockUtil.getCurrentTime().toInstant().plus(time)));
    }

    /** Fires the timer, whose time must have come. */
    void fire(String activityId) {
        Job timer = engine.getManagementService().createJobQuery().timers().list().stream()
                .filter(job -> activityOf(job).equals(activityId))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no timer '" + activityId + "', it stands at " + standsAt()));
        if (timer.getDuedate().after(ClockUtil.getCurrentTime())) {
            throw new AssertionError("timer '" + activityId + "' is due at " + timer.getDuedate() + " only");
        }
        engine.getManagementService().executeJob(timer.getId());
    }

    /** Fires the earliest timer that passes the task on, if its time has come. */
    void escalate(String taskKey) {
        dueTimer(taskKey).ifPresent(job -> engine.getManagementService().executeJob(job.getId()));
    }

    /** Fires every timer of the task that is due. */
    void escalateAll(String taskKey) {
        for (Optional<Job> job = dueTimer(taskKey); job.isPresent(); job = dueTimer(taskKey)) {
            engine.getManagementService().executeJob(job.get().getId());
        }
    }

    private Optional<Job> dueTimer(String taskKey) {
        return engine
                .getManagementService()
                .createJobQuery()
                .timers()
                .processInstanceId(task(taskKey).getProcessInstanceId())
                .duedateLowerThan(ClockUtil.getCurrentTime())
                .orderByJobDuedate()
                .asc()
                .list()
                .stream()
                .filter(job -> activityOf(job).equals(taskKey))
                .findFirst();
    }

    private String activityOf(Job job) {
        return activities.computeIfAbsent(
                job.getJobDefinitionId(),
                id -> engine.getManagementService().createJobDefinitionQuery().jobDefinitionId(id).list().stream()
                        .findFirst()
                        .map(definition -> definition.getActivityId().replace("#multiInstanceBody", ""))
                        .orElse("?"));
    }

    // people

    Task task(String key) {
        List<Task> open =
                engine.getTaskService().createTaskQuery().taskDefinitionKey(key).list();
        if (open.size() != 1) {
            throw new AssertionError(open.size() + " open tasks '" + key + "', it stands at " + standsAt());
        }
        return open.get(0);
    }

    /** A person completes the open task with what he typed, and the engine goes on. */
    void complete(String key, Person person, Map<String, Object> typed) {
        submit(key, person, typed);
        goOn();
    }

    /** As {@link #complete}, without going on. */
    void submit(String key, Person person, Map<String, Object> typed) {
        String taskId = task(key).getId();
        as(person, () -> engine.getTaskService().complete(taskId, typed));
    }

    /** Lets the identity service know the person, once in a test. */
    void hire(Person person) {
        if (!hired.add(person.id())) {
            return;
        }
        // As ClosedEngine, which is one of the doors, sets it.
        ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                .setGroupResourceWhitelistPattern("[a-z]+(-[a-z]+)*");
        IdentityService identities = engine.getIdentityService();
        if (identities.createUserQuery().userId(person.id()).count() == 0) {
            User user = identities.newUser(person.id());
            user.setPassword("Night-Shift-7");
            identities.saveUser(user);
        }
        identities.createGroupQuery().groupMember(person.id()).list().stream()
                .map(Group::getId)
                .filter(group -> !person.groups().contains(group))
                .forEach(group -> identities.deleteMembership(person.id(), group));
        for (String group : person.groups()) {
            if (identities.createGroupQuery().groupId(group).count() == 0) {
                identities.saveGroup(identities.newGroup(group));
            }
            if (identities
                            .createGroupQuery()
                            .groupId(group)
                            .groupMember(person.id())
                            .count()
                    == 0) {
                identities.createMembership(person.id(), group);
            }
        }
    }

    /** Takes the person out of a group; a session from before goes on. */
    void dismiss(Person person, String group) {
        hire(person);
        engine.getIdentityService().deleteMembership(person.id(), group);
    }

    /** What a signed-in person does with the engine. */
    void as(Person person, Runnable doing) {
        hire(person);
        engine.getIdentityService().setAuthentication(person.id(), person.groups());
        try {
            doing.run();
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }

    /** Why a form was sent back. */
    static Refusal sentBack(ThrowingCallable submitting) {
        try {
            submitting.call();
        } catch (Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof Refusals.TaskRejected rejected) {
                    return rejected.refusal();
                }
            }
            throw new AssertionError("sent back by something else", thrown);
        }
        throw new AssertionError("it was taken");
    }

    // then

    /** The newest instance of the process, running or ended. */
    ProcessInstance process(String key) {
        HistoricProcessInstance found = engine
                .getHistoryService()
                .createHistoricProcessInstanceQuery()
                .processDefinitionKey(key)
                .orderByProcessInstanceStartTime()
                .desc()
                .list()
                .stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no instance of '" + key + "', it stands at " + standsAt()));
        return new SeenInstance(found);
    }

    /** Where everything that runs stands: activity ids and open incidents of the engine. */
    List<String> standsAt() {
        return engine.getRuntimeService().createExecutionQuery().active().list().stream()
                .flatMap(each -> engine.getRuntimeService().getActiveActivityIds(each.getId()).stream())
                .distinct()
                .sorted()
                .toList();
    }

    Incidents.State state(String incidentId) {
        return incidents.find(incidentId).orElseThrow().state();
    }

    List<Evidence> evidence(String incidentId, String step) {
        return ledger.of(incidentId).stream()
                .filter(entry -> entry.step().equals(step))
                .toList();
    }

    Evidence last(String incidentId, String step) {
        return evidence(incidentId, step).stream()
                .reduce((one, other) -> other)
                .orElseThrow(() -> new AssertionError("no evidence of '" + step + "'; there is "
                        + ledger.of(incidentId).stream().map(Evidence::step).toList()));
    }

    Plan plan(String incidentId) {
        return plans.of(incidentId).stream().reduce((one, other) -> other).orElseThrow();
    }

    /** A variable of the newest instance of the process; null when it is not set. */
    Object variable(String process, String name) {
        return engine
                .getHistoryService()
                .createHistoricVariableInstanceQuery()
                .processInstanceId(process(process).getId())
                .activityInstanceIdIn(process(process).getId())
                .variableName(name)
                .list()
                .stream()
                .findFirst()
                .map(HistoricVariableInstance::getValue)
                .orElse(null);
    }
}
