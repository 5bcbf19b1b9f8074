package dev.sternway.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.web.WebTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Who may do what with the engine: people look, and work on their own tasks. */
@Tag("own-jvm")
class RightsTest extends WebTest {
    private static final String DECISION = """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
                id="d" name="d" namespace="test">
              <decision id="by-a-person" name="By a person" camunda:historyTimeToLive="P1D">
                <decisionTable id="t"><output id="o" name="o" typeRef="string"/>
                  <rule id="r"><outputEntry id="e" LANGUAGE><text>"x"</text></outputEntry></rule>
                </decisionTable>
              </decision>
            </definitions>
            """;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private TaskService tasks;

    @Autowired
    private FilterService filters;

    @Autowired
    private ManagementService management;

    @Autowired
    private IdentityService identities;

    @Autowired
    private AuthorizationService authorizations;

    @Autowired
    private People people;

    @Autowired
    private RoleRights rights;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    private ProcessInstance instance;
    private Task task;
    private String job;

    @BeforeEach
    void startOne() {
        repository
                .createDeployment()
                .addModelInstance(
                        "hold.bpmn",
                        Bpmn.createExecutableProcess("hold")
                                .camundaHistoryTimeToLive(1)
                                .startEvent()
                                .parallelGateway("fork")
                                .userTask("ask")
                                .camundaCandidateGroups("incident-commander")
                                .endEvent()
                                .moveToNode("fork")
                                .serviceTask("work")
                                .camundaExternalTask("work")
                                .endEvent()
                                .moveToNode("fork")
                                .serviceTask("later")
                                .camundaAsyncBefore()
                                .camundaExpression("${true}")
                                .endEvent()
                                .moveToNode("fork")
                                .receiveTask("wait")
                                .message("hello")
                                .endEvent()
                                .done())
                .enableDuplicateFiltering(true)
                .deploy();
        instance = runtime.startProcessInstanceByKey("hold");
        task = tasks.createTaskQuery().processInstanceId(instance.getId()).singleResult();
        job = management
                .createJobQuery()
                .processInstanceId(instance.getId())
                .singleResult()
                .getId();
    }

    @ParameterizedTest
    @ValueSource(strings = {"carla", "theo", "olga", "vera", "ada"})
    void everyoneLooks(String person) {
        for (String path : List.of(
                "/engine-rest/process-definition/key/hold",
                "/engine-rest/process-definition/key/handle-incident/xml",
                "/engine-rest/process-instance/" + instance.getId(),
                "/engine-rest/process-instance/" + instance.getId() + "/activity-instances",
                "/engine-rest/process-instance/" + instance.getId() + "/variables",
                "/engine-rest/history/process-instance/" + instance.getId(),
                "/engine-rest/decision-definition?key=assess-severity")) {
            HttpResponse<String> answer = get(path, person);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isNotEqualTo("[]");
        }
        assertThat(get("/engine-rest/filter?itemCount=true", person).body()).contains("Waiting for you");
    }

    @ParameterizedTest
    @ValueSource(strings = {"carla", "theo", "olga", "vera", "ada"})
    void nobodyChangesTheCourseOfThings(String person) {
        String one = "/engine-rest/process-instance/" + instance.getId();
        String definition = instance.getProcessDefinitionId();
        List<String[]> calls = List.of(
                new String[] {"POST", "/engine-rest/process-definition/key/hold/submit-form", "{}"},
                new String[] {"PUT", one + "/variables/x", "{\"value\":\"1\",\"type\":\"String\"}"},
                new String[] {"POST", one + "/variables", "{\"modifications\":{\"x\":{\"value\":1}}}"},
                new String[] {
                    "POST",
                    one + "/modification",
                    "{\"instructions\":[{\"type\":\"startBeforeActivity\",\"activityId\":\"ask\"}]}"
                },
                new String[] {"PUT", one + "/suspended", "{\"suspended\":true}"},
                new String[] {"DELETE", one, ""},
                new String[] {
                    "POST",
                    "/engine-rest/message",
                    "{\"messageName\":\"hello\",\"processInstanceId\":\"" + instance.getId() + "\"}"
                },
                new String[] {"PUT", "/engine-rest/job/" + job + "/suspended", "{\"suspended\":true}"},
                new String[] {"PUT", "/engine-rest/job/" + job + "/duedate", "{\"duedate\":null}"},
                new String[] {"DELETE", "/engine-rest/job/" + job, ""},
                new String[] {"PUT", "/engine-rest/task/" + task.getId() + "/variables/x", "{\"value\":1}"},
                new String[] {"POST", "/engine-rest/task/" + task.getId() + "/assignee", "{\"userId\":\"vera\"}"},
                new String[] {"POST", "/engine-rest/task/" + task.getId() + "/delegate", "{\"userId\":\"vera\"}"},
                new String[] {"DELETE", "/engine-rest/task/" + task.getId(), ""},
                new String[] {
                    "POST",
                    "/engine-rest/task/" + task.getId() + "/identity-links",
                    "{\"groupId\":\"viewer\",\"type\":\"candidate\"}"
                },
                new String[] {
                    "PUT", "/engine-rest/process-definition/" + definition + "/suspended", "{\"suspended\":true}"
                },
                new String[] {"DELETE", "/engine-rest/process-definition/" + definition, ""},
                new String[] {
                    "POST",
                    "/engine-rest/authorization/create",
                    "{\"type\":1,\"permissions\":[\"ALL\"],\"groupId\":\"viewer\",\"resourceType\":8,\"resourceId\":\"*\"}"
                },
                new String[] {
                    "POST", "/engine-rest/filter/create", "{\"resourceType\":\"Task\",\"name\":\"n\",\"query\":{}}"
                },
                new String[] {"POST", "/engine-rest/group/create", "{\"id\":\"new\",\"name\":\"new\",\"type\":\"x\"}"});
        for (String[] call : calls) {
            HttpResponse<String> answer = call(person, call[0], call[1], call[2]);
            assertThat(answer.statusCode())
                    .as(call[0] + " " + call[1] + " → " + answer.body())
                    .isIn(401, 403, 404, 500);
            assertThat(answer.body()).as(call[1]).containsPattern("(?i)permission|authoriz|part of a running process");
        }
        // A fetch skips what the asker may not have instead of refusing.
        HttpResponse<String> fetched = call(
                person,
                "POST",
                "/engine-rest/external-task/fetchAndLock",
                "{\"workerId\":\"w\",\"maxTasks\":9,\"topics\":[{\"topicName\":\"work\",\"lockDuration\":1000}]}");
        assertThat(fetched.body()).isEqualTo("[]");
        assertThat(runtime.getVariables(instance.getId())).isEmpty();
        assertThat(runtime.getActiveActivityIds(instance.getId())).contains("ask", "work", "later", "wait");
    }

    @Test
    void aTaskIsSeenAndDoneByItsCandidateGroupOnly() {
        String path = "/engine-rest/task/" + task.getId();
        for (String other : List.of("theo", "olga", "vera", "ada")) {
            assertThat(get("/engine-rest/task?processInstanceId=" + instance.getId(), other)
                            .body())
                    .as(other)
                    .isEqualTo("[]");
            assertThat(call(other, "POST", path + "/complete", "{}").statusCode())
                    .as(other)
                    .isEqualTo(403);
            assertThat(call(other, "POST", path + "/claim", "{\"userId\":\"" + other + "\"}")
                            .statusCode())
                    .as(other)
                    .isEqualTo(403);
        }
        assertThat(get("/engine-rest/task?processInstanceId=" + instance.getId(), "carla")
                        .body())
                .contains(task.getId());
        assertThat(call("carla", "POST", path + "/claim", "{\"userId\":\"carla\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(call("carla", "POST", path + "/complete", "{}").statusCode()).isEqualTo(204);
    }

    /** A plain start may begin in the middle, and without listeners: who asked would be whoever the caller names. */
    @Test
    void nobodyStartsAProcessWithoutItsForm() {
        String middle = "{\"startInstructions\":[{\"type\":\"startBeforeActivity\",\"activityId\":"
                + "\"endEvent_rollbackRequested\"}],\"skipCustomListeners\":true}";
        for (String person : List.of("carla", "theo", "olga", "vera", "ada")) {
            for (String path : List.of("/key/request-rollback/start", "/key/hold/start", "/key/hold/start/")) {
                assertThat(call(person, "POST", "/engine-rest/process-definition" + path, middle)
                                .statusCode())
                        .as(person + path)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void onlyThoseWhoMayAskStartTheRequestAndNothingElse() {
        for (String person : List.of("carla", "theo", "olga")) {
            assertThat(startable(person)).as(person).containsExactly("request-rollback");
        }
        for (String person : List.of("vera", "ada")) {
            assertThat(startable(person)).as(person).isEmpty();
        }
    }

    private List<String> startable(String person) {
        List<String> groups = people(person);
        identities.setAuthentication(person, groups);
        try {
            return repository.createProcessDefinitionQuery().startablePermissionCheck().latestVersion().list().stream()
                    .map(ProcessDefinition::getKey)
                    .toList();
        } finally {
            identities.clearAuthentication();
        }
    }

    private List<String> people(String person) {
        return identities.createGroupQuery().groupMember(person).list().stream()
                .map(Group::getId)
                .toList();
    }

    private String filter(String name) {
        return filters.createTaskFilterQuery().filterName(name).singleResult().getId();
    }

    private String listed(String person, String name) {
        return get("/engine-rest/filter/" + filter(name) + "/list", person).body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"carla", "theo", "olga", "vera", "ada"})
    void tasklistOpensWithItsFilters(String person) {
        assertThat(get("/engine-rest/filter?itemCount=true", person).body())
                .contains("\"Waiting for you\"", "\"Mine\"", "\"Waiting for approval\"", "\"Overdue\"");
    }

    @Test
    void filtersShowWhatTheySay() {
        String id = task.getId();
        assertThat(listed("carla", "Waiting for you")).contains(id);
        assertThat(listed("carla", "Mine")).doesNotContain(id);
        assertThat(listed("carla", "Overdue")).doesNotContain(id);
        assertThat(listed("carla", "Waiting for approval")).doesNotContain(id);

        assertThat(call("carla", "POST", "/engine-rest/task/" + id + "/claim", "{\"userId\":\"carla\"}")
                        .statusCode())
                .isEqualTo(204);
        Task taken = tasks.createTaskQuery().taskId(id).singleResult();
        taken.setDueDate(Date.from(Instant.now().minusSeconds(60)));
        tasks.saveTask(taken);

        assertThat(listed("carla", "Mine")).contains(id);
        assertThat(listed("carla", "Overdue")).contains(id);
        assertThat(listed("theo", "Mine")).doesNotContain(id);
        assertThat(listed("theo", "Overdue")).doesNotContain(id);
    }

    @Test
    void filtersAreMendedAtTheNextStart() {
        Filter damaged = filters.createTaskFilterQuery().filterName("Overdue").singleResult();
        damaged.setQuery(tasks.createTaskQuery().taskName("nothing"));
        filters.saveFilter(damaged);

        people.run(null);

        Filter mended = filters.createTaskFilterQuery().filterName("Overdue").singleResult();
        assertThat(mended.getId()).isEqualTo(damaged.getId());
        assertThat(((TaskQueryImpl) mended.getQuery()).getExpressions()).containsKey("dueBefore");
    }

    @Test
    void noExpressionComesInWithAQuery() {
        String expression = "{\"assigneeExpression\":\"${currentUser()}\"}";
        for (String path : List.of("/engine-rest/task", "/engine-rest/filter/" + filter("Mine") + "/list")) {
            HttpResponse<String> answer = call("carla", "POST", path, expression);
            assertThat(answer.statusCode()).as(path).isGreaterThanOrEqualTo(400);
            assertThat(answer.body()).as(path).contains("xpressions are forbidden");
        }
    }

    @Test
    void nobodyLeavesATaskWithoutItsForm() {
        String path = "/engine-rest/task/" + task.getId();
        String body = "{\"errorCode\":\"X\",\"escalationCode\":\"X\"}";
        for (String call : List.of("/bpmnError", "/bpmnEscalation", "/bpmnError/")) {
            assertThat(call("carla", "POST", path + call, body).statusCode())
                    .as(call)
                    .isEqualTo(403);
        }
    }

    @Test
    void onlyOperatorsLetAFailedJobRunAgain() {
        String path = "/engine-rest/job/" + job + "/retries";
        for (String other : List.of("carla", "theo", "vera", "ada")) {
            assertThat(call(other, "PUT", path, "{\"retries\":1}").statusCode())
                    .as(other)
                    .isEqualTo(403);
        }
        assertThat(call("olga", "PUT", path, "{\"retries\":1}").statusCode()).isEqualTo(204);
    }

    @Test
    void onlyAnAdministratorDeploysAndDecisionTablesInFeelOnly() {
        String table = DECISION.replace("LANGUAGE", "");
        for (String other : List.of("carla", "theo", "olga", "vera")) {
            assertThat(deploy(other, "t.dmn", table).statusCode()).as(other).isEqualTo(403);
        }
        HttpResponse<String> process = deploy(
                "ada",
                "p.bpmn",
                Bpmn.convertToString(
                        Bpmn.readModelFromStream(repository.getProcessModel(instance.getProcessDefinitionId()))));
        assertThat(process.statusCode()).isEqualTo(403);
        assertThat(process.body()).contains("decision tables only");
        assertThat(deploy("ada", "t.dmn", DECISION.replace("LANGUAGE", "expressionLanguage=\"juel\""))
                        .statusCode())
                .isEqualTo(403);
        assertThat(deploy("ada", "t.dmn", table).statusCode()).isEqualTo(200);
        assertThat(repository
                        .createDecisionDefinitionQuery()
                        .decisionDefinitionKey("by-a-person")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void anAdministratorManagesPeopleAndNobodyElse() {
        String body =
                "{\"profile\":{\"id\":\"nina\",\"firstName\":\"N\",\"lastName\":\"N\"},\"credentials\":{\"password\":\"Early-Bird-42\"}}";
        assertThat(call("carla", "POST", "/engine-rest/user/create", body).statusCode())
                .isEqualTo(403);
        assertThat(call("ada", "POST", "/engine-rest/user/create", body).statusCode())
                .isEqualTo(204);
        assertThat(call("carla", "PUT", "/engine-rest/group/tech-lead/members/carla", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(call("ada", "PUT", "/engine-rest/group/tech-lead/members/nina", "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(get("/engine-rest/engine", "nina", "Early-Bird-42").statusCode())
                .isEqualTo(200);
    }

    @Test
    void theFirstAdministratorGetsAPasswordThatOnlyTheOwnerReads(@TempDir Path data) throws Exception {
        identities.deleteMembership("ada", "administrator");
        try {
            new People(
                            identities,
                            rights,
                            new PeopleSettings(List.of()),
                            new AdministratorSettings("boss", null),
                            data,
                            jdbc,
                            transactions)
                    .run(null);
            Path file = data.resolve("administrator-password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(get("/engine-rest/engine", "boss", Files.readString(file).strip())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            identities.deleteUser("boss");
            identities.createMembership("ada", "administrator");
        }
    }

    @Test
    void startingAgainChangesNothing() throws Exception {
        long rights = authorizations.createAuthorizationQuery().count();
        long users = identities.createUserQuery().count();
        List<Thread> nodes = Stream.generate(() -> new Thread(() -> people.run(null)))
                .limit(2)
                .toList();
        nodes.forEach(Thread::start);
        for (Thread node : nodes) {
            node.join();
        }
        assertThat(authorizations.createAuthorizationQuery().count()).isEqualTo(rights);
        assertThat(identities.createUserQuery().count()).isEqualTo(users);
    }

    private HttpResponse<String> call(String person, String method, String path, String json) {
        return send(
                stranger(),
                basic(path, person, PASSWORD)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    private HttpResponse<String> deploy(String person, String file, String content) {
        String body = "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\ntest\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"data\"; filename=\"" + file + "\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + content + "\r\n--b--\r\n";
        return send(
                stranger(),
                basic("/engine-rest/deployment/create", person, PASSWORD)
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }
}
