package dev.sternway.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.dmn.Dmn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule bites: a clean model breaks none, and one planted violation breaks the rule that it should. */
class ModelRulesTest {
    private static final House HOUSE = new House(
            Set.of("approve-rollback"),
            Set.of("assess-severity"),
            Set.of("do-something", "start-service"),
            Set.of("RevertImageDelegate", "StopServiceWorker", "ApproveListener", "OpenDelegate"),
            Set.of("OpenDelegate"),
            Set.of("IMAGE_NOT_PRESENT"),
            Set.of("tech-lead"));

    @Test
    void aCleanProcessBreaksNoRule() throws IOException {
        assertThat(brokenBy(process())).isEmpty();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            process id="do-something"            | process id="do-another"                  | must have the file's name
            camunda:historyTimeToLive="P365D"    | camunda:candidateStarterUsers="x"        | must have a historyTimeToLive
            isExecutable="true"                  | isExecutable="false"                     | must be executable
            startEvent_asked                     | StartEvent_1                             | must be called startEvent_
            startEvent_asked                     | startEvent_0abc123                       | generated
            flow_stop                            | Flow_0abc123                             | must be called flow_
            serviceTask_revertImage              | serviceTask_imageReverted                | must be called as its step 'revertImage'
            #{revertImageDelegate}               | #{swapImageDelegate}                     | wants the class SwapImageDelegate
            #{revertImageDelegate}               | ${revertImageDelegate}                   | must be an external task or have a delegate
            #{revertImageDelegate}               | #{openDelegate}                          | to be package-private
            camunda:delegateExpression="#{revertImageDelegate}" | camunda:class="a.B"       | must not name a class
            camunda:delegateExpression="#{revertImageDelegate}" | camunda:expression="${x}" | must not hold an expression to run
            camunda:topic="stopService"          | camunda:topic="haltService"              | must be called as its step 'haltService'
            camunda:topic="stopService"          | camunda:topic="stopServices"             | wants the class StopServicesWorker
            serviceTask id="serviceTask_revertImage" name="Revert image" camunda:asyncBefore="true" | serviceTask id="serviceTask_revertImage" name="Revert image" | serviceTask_revertImage: must be asyncBefore
            <documentation>Runs the recorded image.</documentation> | ``                    | serviceTask_revertImage: must have a documentation
            <documentation>A person looks.</documentation> | ``                             | userTask_approve: must have a documentation
            camunda:formRef="approve-rollback"   | camunda:formRef="approve-nothing"        | must show a form that exists
            camunda:formRefBinding="deployment"  | camunda:formRefBinding="latest"          | must bind its form by deployment
            camunda:candidateGroups="tech-lead"  | camunda:assignee="demo"                  | must have candidate groups
            camunda:candidateGroups="tech-lead"  | camunda:candidateGroups="boss"           | names a role that does not exist
            camunda:decisionRef="assess-severity" | camunda:decisionRef="guess-severity"    | must ask a decision that exists
            calledElement="start-service"        | calledElement="start-nothing"            | must call a process that exists
            calledElementBinding="deployment"    | calledElementBinding="latest"            | must bind the called process
            name="Good enough?"                  | name="Enough"                            | must be a question
            name="yes"                           | name=""                                  | it answers a question
            default="flow_yes"                   | ``                                       | must have a default flow
            <parallelGateway id="gateway_joined" camunda:asyncBefore="true"> | <parallelGateway id="gateway_joined"> | parallel branches would run again
            errorCode="IMAGE_NOT_PRESENT"        | errorCode="IMAGE_AWAY"                   | must have an error code that exists
            name="sternway.somethingHappened"    | name="Something"                         | must be called sternway.somethingHappened
            <incoming>flow_stop</incoming>       | ``                                       | must be an incoming of 'serviceTask_stopService'
            <outgoing>flow_stop</outgoing>       | ``                                       | must be an outgoing of 'startEvent_asked'
            #{approveListener}                   | #{rejectListener}                        | wants the class RejectListener
            delegateExpression="#{approveListener}" | class="a.B"                           | a listener must be named by a delegate expression
            bpmnElement="serviceTask_stopService" | bpmnElement="serviceTask_revertImage"   | serviceTask_stopService: is not drawn
            x="200" y="78"                       | x="120" y="78"                           | serviceTask_stopService: overlaps 'startEvent_asked'
            x="200" y="78"                       | x="-200" y="78"                          | must be drawn at positive bounds
            bpmnElement="flow_stop"              | bpmnElement="flow_no"                    | flow_stop: is not drawn
            <di:waypoint x="1060" y="118"/>      | <di:waypoint x="970" y="200"/>           | flow_yes: crosses 'flow_no'
            <di:waypoint x="136" y="118"/>       | <di:waypoint x="136" y="118"/><di:waypoint x="350" y="118"/> | runs through
            """)
    void aPlantedViolationBreaksARule(String clean, String violation, String rule) throws IOException {
        String process = process();
        assertThat(process).contains(clean);

        List<String> broken = brokenBy(process.replace(clean, violation == null ? "" : violation));

        assertThat(broken).anyMatch(each -> each.contains(rule));
    }

    @Test
    void aScriptBreaksARule() throws IOException {
        String scripted = process().replace("<exclusiveGateway id=\"gateway_enough\"", """
                <scriptTask id="serviceTask_script" name="S" scriptFormat="groovy"><script>1</script></scriptTask>
                <exclusiveGateway id="gateway_enough\"""");

        assertThat(brokenBy(scripted))
                .anyMatch(each -> each.contains("must not hold a script"))
                .anyMatch(each -> each.contains("of a kind that is not used here: scriptTask"));
    }

    @Test
    void tooManyNodesBreakARule() throws IOException {
        StringBuilder ends = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            ends.append("<endEvent id=\"endEvent_x").append(i).append("\" name=\"x\"/>");
        }

        assertThat(brokenBy(process()
                        .replace(
                                "<exclusiveGateway id=\"gateway_enough\"",
                                ends + "<exclusiveGateway id=\"gateway_enough\"")))
                .anyMatch(each -> each.contains("at most 25 read well"));
    }

    @Test
    void aClassThatNobodyHasYetIsNotMissed() throws IOException {
        House empty = new House(
                HOUSE.forms(),
                HOUSE.decisions(),
                HOUSE.processes(),
                Set.of(),
                Set.of(),
                HOUSE.errorCodes(),
                HOUSE.roles());

        assertThat(BpmnRules.broken(read(process()), "do-something", empty)).isEmpty();
    }

    @Test
    void aCleanTableBreaksNoRule() {
        assertThat(DmnRules.broken(Dmn.readModelFromStream(stream(TABLE)), "assess-severity"))
                .isEmpty();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            decision id="assess-severity"     | decision id="assess"             | must have the file's name
            camunda:historyTimeToLive="P365D" | camunda:versionTag="1"           | must have a historyTimeToLive
            <description>Rates.</description> | ``                               | must have a description
            <description>All is down.</description> | ``                         | must have a description in plain words
            rule_S4_01_allDown                | DecisionRule_0abc123             | must be called rule_
            rule_S4_01_allDown                | rule_S4_02_allDown               | must be called as its rule id 'S4-01.allDown'
            "S4-01.slow"                      | "S4-01.allDown"                  | another row has the rule id
            "S4-01.slow"                      | "slow"                           | must be a requirement, a dot and a word
            "All is slow."                    | "It is slow."                    | must have its reason as its description
            "CRITICAL"                        | "CRITCAL"                        | gives 'CRITCAL' for severity, but Severity has
            name="severity"                   | name="gravity"                   | there is no enum Gravity
            """)
    void aPlantedViolationInATableBreaksARule(String clean, String violation, String rule) {
        assertThat(TABLE).contains(clean);

        List<String> broken = DmnRules.broken(
                Dmn.readModelFromStream(stream(TABLE.replace(clean, violation == null ? "" : violation))),
                "assess-severity");

        assertThat(broken).anyMatch(each -> each.contains(rule));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "id": "approve"       | "id": "other"            | must have the file's name as its id
            Camunda Platform      | Camunda Cloud            | must be for the execution platform
            "key": "phrase"       | "key": "The phrase"      | must have a lowerCamel variable as its key
            "label": "Phrase"     | "label": " "             | must have a label
            approve_phrase        | Field_0abc123            | an id of its own that is not generated
            """)
    void aPlantedViolationInAFormBreaksARule(String clean, String violation, String rule) throws IOException {
        String form = """
                {"id": "approve", "executionPlatform": "Camunda Platform", "components": [
                  {"type": "text", "id": "approve_text", "text": "# Approve"},
                  {"type": "textfield", "id": "approve_phrase", "key": "phrase", "label": "Phrase"}]}
                """;
        assertThat(form).contains(clean);
        ObjectMapper json = new ObjectMapper();

        assertThat(FormRules.broken(json.readTree(form), "approve")).isEmpty();
        assertThat(FormRules.broken(json.readTree(form.replace(clean, violation)), "approve"))
                .anyMatch(each -> each.contains(rule));
    }

    private static List<String> brokenBy(String process) {
        return BpmnRules.broken(read(process), "do-something", HOUSE);
    }

    private static org.camunda.bpm.model.bpmn.BpmnModelInstance read(String process) {
        return Bpmn.readModelFromStream(stream(process));
    }

    private static String process() throws IOException {
        try (InputStream in = ModelRulesTest.class.getResourceAsStream("/conventions/do-something.bpmn.xml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final String TABLE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
                xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
                xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
                xmlns:camunda="http://camunda.org/schema/1.0/dmn"
                id="definitions_a" name="a" namespace="https://sternway.dev/decisions">
              <decision id="assess-severity" name="Assess" camunda:historyTimeToLive="P365D">
                <description>Rates.</description>
                <decisionTable id="table_a" hitPolicy="FIRST">
                  <input id="input_a"><inputExpression id="expression_a" typeRef="string"><text>a</text></inputExpression></input>
                  <output id="output_a" name="severity" typeRef="string"/>
                  <output id="output_b" name="rule" typeRef="string"/>
                  <output id="output_c" name="reason" typeRef="string"/>
                  <rule id="rule_S4_01_allDown"><description>All is down.</description>
                    <inputEntry id="in_a"><text></text></inputEntry>
                    <outputEntry id="out_a"><text>"CRITICAL"</text></outputEntry>
                    <outputEntry id="out_b"><text>"S4-01.allDown"</text></outputEntry>
                    <outputEntry id="out_c"><text>"All is down."</text></outputEntry></rule>
                  <rule id="rule_S4_01_slow"><description>All is slow.</description>
                    <inputEntry id="in_b"><text></text></inputEntry>
                    <outputEntry id="out_d"><text>"MAJOR"</text></outputEntry>
                    <outputEntry id="out_e"><text>"S4-01.slow"</text></outputEntry>
                    <outputEntry id="out_f"><text>"All is slow."</text></outputEntry></rule>
                </decisionTable>
              </decision>
              <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="assess-severity">
                <dc:Bounds height="80" width="180" x="160" y="100"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
            </definitions>
            """;
}
