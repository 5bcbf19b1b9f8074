package dev.sternway.process;

import dev.sternway.port.Redaction;
import java.time.Instant;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.util.ClockUtil;

/**
 * A process variable with its name and type: an id or a scalar, never a secret and never an object.
 *
 * @param <T> String, Boolean, Integer, Long or Double
 */
record Variable<T>(String name, Class<T> type) {

    /** The engine's column of texts takes 4,000 characters. */
    private static final int LONGEST = 3_900;

    // the incident
    static final Variable<String> INCIDENT_ID = text("incidentId");
    static final Variable<String> SYSTEM_ID = text("systemId");
    static final Variable<Long> ALERT_ID = new Variable<>("alertId", Long.class);
    static final Variable<String> HARM_SINCE = text("harmSince");

    // the decision
    static final Variable<String> SYMPTOM = text("symptom");
    static final Variable<String> FEATURE = text("feature");
    static final Variable<String> IMPORTANCE = text("importance");
    static final Variable<Double> ERROR_RATE = figure("errorRate");
    static final Variable<Double> SUSTAINED_MINUTES = figure("sustainedMinutes");
    static final Variable<Double> AFFECTED_USERS = figure("affectedUsers");
    static final Variable<Double> DEGRADATION = figure("degradation");
    static final Variable<Double> SLOWDOWN = figure("slowdown");
    static final Variable<Double> LATENCY_SECONDS = figure("latencySeconds");
    static final Variable<Boolean> WITHIN_SLA = flag("withinSla");
    static final Variable<Boolean> WORKAROUND = flag("workaround");
    static final Variable<Integer> CRITICAL_RULES = new Variable<>("criticalRules", Integer.class);
    static final Variable<Integer> MAJOR_RULES = new Variable<>("majorRules", Integer.class);
    static final Variable<Integer> MINOR_RULES = new Variable<>("minorRules", Integer.class);
    static final Variable<Integer> ROLL_BACK_RULES = new Variable<>("rollBackRules", Integer.class);
    static final Variable<Integer> EVALUATE_RULES = new Variable<>("evaluateRules", Integer.class);
    static final Variable<Integer> MONITOR_RULES = new Variable<>("monitorRules", Integer.class);
    static final Variable<Integer> UNMATCHED_ALERTS = new Variable<>("unmatchedAlerts", Integer.class);
    static final Variable<Integer> SHORTEST_MINUTES = new Variable<>("shortestMinutes", Integer.class);
    static final Variable<String> SCENARIOS = text("scenarios");
    static final Variable<String> AFFECTED_SERVICE = text("affectedService");
    static final Variable<String> SCENARIO = text("scenario");
    static final Variable<String> SEVERITY = text("severity");
    static final Variable<String> ACTION = text("action");
    static final Variable<Integer> DECIDE_WITHIN = new Variable<>("decideWithin", Integer.class);
    static final Variable<String> RESPONSE = text("response");
    static final Variable<Integer> DOWNTIME_BUDGET = new Variable<>("downtimeBudget", Integer.class);
    static final Variable<Boolean> PRE_AUTHORISED = flag("preAuthorised");
    static final Variable<String> APPROVER_GROUPS = text("approverGroups");
    static final Variable<String> DECISION_SUMMARY = text("decisionSummary");
    static final Variable<String> CHOSEN_ACTION = text("chosenAction");
    static final Variable<String> WEIGHED_ALERTS = text("weighedAlerts");
    static final Variable<String> DECISION_OUTCOME = text("decisionOutcome");

    // the rollback
    static final Variable<Integer> LEVEL = new Variable<>("level", Integer.class);
    static final Variable<String> PLAN_SHA256 = text("planSha256");
    static final Variable<String> PLAN_SUMMARY = text("planSummary");
    static final Variable<String> LEVEL_STARTED_AT = text("levelStartedAt");
    static final Variable<Boolean> LEVEL_POSSIBLE = flag("levelPossible");
    static final Variable<Boolean> APPROVAL_NEEDED = flag("approvalNeeded");
    static final Variable<Boolean> APPROVED = flag("approved");
    static final Variable<String> WITHDRAWN = text("withdrawn");
    static final Variable<String> BUDGET = text("budget");
    static final Variable<String> BUDGET_WARNING = text("budgetWarning");
    static final Variable<String> SUFFICIENT = text("sufficient");
    static final Variable<Boolean> STABLE = flag("stable");
    static final Variable<String> NEXT_STEP = text("nextStep");
    static final Variable<String> SITUATION = text("situation");
    static final Variable<String> ERROR_CODE = text("errorCode");
    static final Variable<String> ERROR_MESSAGE = text("errorMessage");
    static final Variable<String> ROLLBACK_OUTCOME = text("rollbackOutcome");
    static final Variable<String> TARGET = text("target");
    static final Variable<String> WINDOW = text("window");
    static final Variable<String> LOCK_PURPOSE = text("lockPurpose");
    static final Variable<String> STATE_BEFORE = text("stateBefore");

    // data loss
    static final Variable<String> LOSS_SUMMARY = text("lossSummary");
    static final Variable<Boolean> LOSS_WITHIN_APPROVED = flag("lossWithinApproved");
    static final Variable<String> CONFIRMED_BY = text("confirmedBy");

    // what a rollback was asked for with: by a decision table, or by a person or a program
    static final Variable<String> SCOPE = text("scope");
    static final Variable<String> SERVICE = text("service");
    static final Variable<String> TARGET_RELEASE = text("targetRelease");
    static final Variable<String> TARGET_BACKUP = text("targetBackup");
    static final Variable<String> RESTORE_REASON = text("restoreReason");
    static final Variable<String> REQUESTED_BY = text("requestedBy");
    static final Variable<String> REQUEST_REASON = text("requestReason");
    static final Variable<String> REQUEST_ID = text("requestId");
    static final Variable<Boolean> RESTORE_POINT_NEEDED = flag("restorePointNeeded");
    static final Variable<Boolean> RESTORE_POINT_CHOSEN = flag("restorePointChosen");
    static final Variable<String> RESTORE_POINTS = text("restorePoints");

    // a broken glass and its review
    static final Variable<Long> GLASS_ID = new Variable<>("glassId", Long.class);
    static final Variable<String> BROKEN_BY = text("brokenBy");
    static final Variable<String> GLASS_SUMMARY = text("glassSummary");

    // what follows a loss of data
    static final Variable<String> RESTORE_PLAN = text("restorePlan");
    static final Variable<Long> SALVAGE_ROWS = new Variable<>("salvageRows", Long.class);
    static final Variable<String> SALVAGE_SUMMARY = text("salvageSummary");
    static final Variable<String> SALVAGE_NOTE = text("salvageNote");
    static final Variable<String> SALVAGE_CHOICE = text("salvageChoice");
    static final Variable<String> SALVAGE_STEP = text("salvageStep");
    static final Variable<Long> SALVAGE_ID = new Variable<>("salvageId", Long.class);
    static final Variable<Boolean> UNDOES = flag("undoes");

    // what people type
    static final Variable<String> CHOSEN_TABLES = text("chosenTables");
    static final Variable<String> CHOSEN_ROWS = text("chosenRows");
    static final Variable<String> DECISION = text("decision");
    static final Variable<String> PHRASE = text("phrase");
    static final Variable<String> REASON = text("reason");
    static final Variable<String> CHOSEN_POINT = text("chosenPoint");

    // what people type when they ask for a rollback; nothing but the request's own check reads it
    static final Variable<String> ASKED_SYSTEMS = text("askedSystems");
    static final Variable<String> ASKED_LEVEL = text("askedLevel");
    static final Variable<String> ASKED_SCOPE = text("askedScope");
    static final Variable<String> ASKED_SERVICE = text("askedService");
    static final Variable<String> ASKED_RELEASE = text("askedRelease");
    static final Variable<String> ASKED_BACKUP = text("askedBackup");
    static final Variable<String> ASKED_BACKUP_BASE = text("askedBackupBase");
    static final Variable<String> ASKED_RESTORE_REASON = text("askedRestoreReason");
    static final Variable<String> ASKED_SEVERITY = text("askedSeverity");
    static final Variable<String> ASKED_REASON = text("askedReason");

    // a snapshot
    static final Variable<String> VERSION = text("version");
    static final Variable<String> RELEASE_ID = text("releaseId");
    static final Variable<String> BACKUP_ID = text("backupId");

    /** What is written for people, as against ids; secrets are taken out of it. */
    static final Set<Variable<?>> PROSE = Set.of(
            DECISION_SUMMARY,
            PLAN_SUMMARY,
            SITUATION,
            ERROR_MESSAGE,
            LOSS_SUMMARY,
            REASON,
            SALVAGE_SUMMARY,
            SALVAGE_NOTE,
            SALVAGE_CHOICE);

    // other backups, and their proof
    static final Variable<String> PURPOSE = text("purpose");
    static final Variable<Boolean> RESTORES = flag("restores");
    static final Variable<String> PATH = text("path");
    static final Variable<String> TAKEN_AT = text("takenAt");

    /** What people's forms may set; {@link #LOSS_SUMMARY} is measured anew while the form is open. */
    static final Set<Variable<?>> OPEN = Set.of(
            DECISION,
            PHRASE,
            REASON,
            CHOSEN_ACTION,
            NEXT_STEP,
            LOSS_SUMMARY,
            CHOSEN_POINT,
            CHOSEN_TABLES,
            CHOSEN_ROWS,
            ASKED_SYSTEMS,
            ASKED_LEVEL,
            ASKED_SCOPE,
            ASKED_SERVICE,
            ASKED_RELEASE,
            ASKED_BACKUP,
            ASKED_BACKUP_BASE,
            ASKED_RESTORE_REASON,
            ASKED_SEVERITY,
            ASKED_REASON);

    /** What a person answers to one question. */
    private static final Set<Variable<?>> ANSWERS =
            Set.of(DECISION, PHRASE, REASON, CHOSEN_ACTION, NEXT_STEP, CHOSEN_POINT, CHOSEN_TABLES, CHOSEN_ROWS);

    /** What no form may set: a task keeps a copy of its own, on which whatever else is submitted lands and dies. */
    static final Set<Variable<?>> SEALED = Set.of(
            INCIDENT_ID,
            SYSTEM_ID,
            ALERT_ID,
            HARM_SINCE,
            SYMPTOM,
            FEATURE,
            IMPORTANCE,
            ERROR_RATE,
            SUSTAINED_MINUTES,
            AFFECTED_USERS,
            DEGRADATION,
            SLOWDOWN,
            LATENCY_SECONDS,
            WITHIN_SLA,
            WORKAROUND,
            CRITICAL_RULES,
            MAJOR_RULES,
            MINOR_RULES,
            ROLL_BACK_RULES,
            EVALUATE_RULES,
            MONITOR_RULES,
            UNMATCHED_ALERTS,
            SHORTEST_MINUTES,
            SCENARIOS,
            AFFECTED_SERVICE,
            SCENARIO,
            SEVERITY,
            ACTION,
            DECIDE_WITHIN,
            RESPONSE,
            DOWNTIME_BUDGET,
            PRE_AUTHORISED,
            APPROVER_GROUPS,
            DECISION_SUMMARY,
            WEIGHED_ALERTS,
            DECISION_OUTCOME,
            LEVEL,
            PLAN_SHA256,
            PLAN_SUMMARY,
            LEVEL_STARTED_AT,
            LEVEL_POSSIBLE,
            APPROVAL_NEEDED,
            APPROVED,
            WITHDRAWN,
            BUDGET,
            BUDGET_WARNING,
            SUFFICIENT,
            STABLE,
            SITUATION,
            ERROR_CODE,
            ERROR_MESSAGE,
            ROLLBACK_OUTCOME,
            TARGET,
            WINDOW,
            LOCK_PURPOSE,
            STATE_BEFORE,
            LOSS_WITHIN_APPROVED,
            CONFIRMED_BY,
            SCOPE,
            SERVICE,
            TARGET_RELEASE,
            TARGET_BACKUP,
            RESTORE_REASON,
            REQUESTED_BY,
            REQUEST_REASON,
            REQUEST_ID,
            RESTORE_POINT_NEEDED,
            RESTORE_POINT_CHOSEN,
            RESTORE_POINTS,
            VERSION,
            RELEASE_ID,
            BACKUP_ID,
            GLASS_ID,
            BROKEN_BY,
            GLASS_SUMMARY,
            RESTORE_PLAN,
            SALVAGE_ROWS,
            SALVAGE_SUMMARY,
            SALVAGE_NOTE,
            SALVAGE_CHOICE,
            SALVAGE_STEP,
            SALVAGE_ID,
            UNDOES,
            PURPOSE,
            RESTORES,
            PATH,
            TAKEN_AT);

    private static Variable<String> text(String name) {
        return new Variable<>(name, String.class);
    }

    private static Variable<Double> figure(String name) {
        return new Variable<>(name, Double.class);
    }

    private static Variable<Boolean> flag(String name) {
        return new Variable<>(name, Boolean.class);
    }

    /** The value, or null when it is not set. */
    T find(VariableScope scope) {
        return type.cast(scope.getVariable(name));
    }

    /**
     * The value.
     *
     * @throws IllegalStateException when it is not set
     */
    T get(VariableScope scope) {
        T value = find(scope);
        if (value == null) {
            throw new IllegalStateException("process variable '" + name + "' is not set");
        }
        return value;
    }

    /** Sets the value; a text that the engine's column does not hold is cut. */
    void set(VariableScope scope, T value) {
        scope.setVariable(
                name, value instanceof String text ? (PROSE.contains(this) ? fitting(text) : cut(text)) : value);
    }

    /** A prose text without secrets, cut to what a variable can hold; all of it is on the incident's page. */
    static String fitting(String text) {
        return cut(Redaction.of(text));
    }

    private static String cut(String text) {
        if (text == null || text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "\n… (cut; the incident's page has all of it)";
    }

    /** Lets a new question begin without the answer of an earlier one: nobody approves by leaving a form as it is. */
    static void forgetAnswers(DelegateExecution execution) {
        ANSWERS.stream()
                .filter(each -> execution.hasVariable(each.name()))
                .forEach(each -> execution.setVariable(each.name(), null));
    }

    /** Sets what a person's form has led to, past the task's own sealed copy. */
    void decide(DelegateTask task, T value) {
        set(task.getExecution().getProcessInstance(), value);
    }

    /**
     * Gives the task a copy of every sealed variable, as it is in the process. Done again when the task is completed: what
     * was submitted has landed on the copies, and nobody may read it.
     */
    static void seal(DelegateTask task) {
        DelegateExecution own = task.getExecution();
        DelegateExecution process = own.getProcessInstance();
        SEALED.forEach(each -> own.setVariableLocal(each.name(), process.getVariable(each.name())));
    }

    /** The time in {@link #LEVEL_STARTED_AT}, or now when no level has begun. */
    static Instant levelStartedAt(VariableScope scope) {
        String text = LEVEL_STARTED_AT.find(scope);
        return text == null ? now() : Instant.parse(text);
    }

    /** The engine's clock, by which its timers fire. */
    static Instant now() {
        return ClockUtil.getCurrentTime().toInstant();
    }
}
