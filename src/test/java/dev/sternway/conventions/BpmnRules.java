package dev.sternway.conventions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.Error;
import org.camunda.bpm.model.bpmn.instance.EventBasedGateway;
import org.camunda.bpm.model.bpmn.instance.ExclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Gateway;
import org.camunda.bpm.model.bpmn.instance.InclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.IntermediateThrowEvent;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.ParallelGateway;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.SubProcess;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaScript;

/** The rules of a process model; every broken one is a sentence that begins with the element's id. */
final class BpmnRules {
    private static final int MOST_NODES = 25;

    private final BpmnModelInstance model;
    private final String fileId;
    private final House house;
    private final List<String> broken = new ArrayList<>();

    private BpmnRules(BpmnModelInstance model, String fileId, House house) {
        this.model = model;
        this.fileId = fileId;
        this.house = house;
    }

    static List<String> broken(BpmnModelInstance model, String fileId, House house) {
        BpmnRules rules = new BpmnRules(model, fileId, house);
        rules.process();
        rules.all(FlowNode.class).forEach(rules::node);
        rules.all(SequenceFlow.class).forEach(rules::flow);
        rules.all(Gateway.class).forEach(rules::gateway);
        rules.noCodeInTheModel();
        rules.names();
        rules.broken.addAll(new TaskRules(model, fileId, house).broken());
        rules.broken.addAll(LayoutRules.broken(model));
        return rules.broken;
    }

    private void process() {
        Collection<Process> processes = all(Process.class);
        if (processes.size() != 1) {
            broken.add(fileId + ": must hold one process, got " + processes.size());
            return;
        }
        Process process = processes.iterator().next();
        must(process.getId().equals(fileId), process, "must have the file's name '" + fileId + "' as its id");
        must(
                process.getId().matches("[a-z][a-z0-9]*(-[a-z0-9]+)+"),
                process,
                "must be a verb and an object in kebab-case");
        must(process.isExecutable(), process, "must be executable");
        must(process.getCamundaHistoryTimeToLiveString() != null, process, "must have a historyTimeToLive");
        must(documented(process), process, "must have a documentation");
        int nodes = all(FlowNode.class).size();
        must(nodes <= MOST_NODES, process, "has " + nodes + " nodes, at most " + MOST_NODES + " read well");
    }

    private void node(FlowNode node) {
        String prefix = prefix(node);
        must(prefix != null, node, "is of a kind that is not used here: " + kind(node));
        if (prefix != null) {
            must(
                    node.getId().matches(prefix + "_[a-z][A-Za-z0-9]*") && !generated(node.getId()),
                    node,
                    "must be called " + prefix + "_ and a lowerCamel name");
        }
        boolean splitsOrActs = !(node instanceof Gateway) || node.getOutgoing().size() > 1;
        boolean needsName = splitsOrActs && !(node instanceof ParallelGateway);
        must(!needsName || !blank(node.getName()), node, "must have a name that people read");
        // An event sub-process stands alone: its start event is what begins it.
        boolean alone = node instanceof SubProcess subProcess && subProcess.triggeredByEvent();
        must(
                node instanceof StartEvent
                        || node instanceof BoundaryEvent
                        || alone
                        || !node.getIncoming().isEmpty(),
                node,
                "must have an incoming");
        must(node instanceof EndEvent || alone || !node.getOutgoing().isEmpty(), node, "must have an outgoing");
    }

    private void flow(SequenceFlow flow) {
        must(
                flow.getId().matches("flow_[a-z][A-Za-z0-9]*(_[a-z][A-Za-z0-9]*)?") && !generated(flow.getId()),
                flow,
                "must be called flow_ and lowerCamel names");
        must(
                flow.getSource().getOutgoing().contains(flow),
                flow,
                "must be an outgoing of '" + flow.getSource().getId() + "'");
        must(
                flow.getTarget().getIncoming().contains(flow),
                flow,
                "must be an incoming of '" + flow.getTarget().getId() + "'");
    }

    private void gateway(Gateway gateway) {
        boolean splits = gateway.getOutgoing().size() > 1;
        must(
                !(splits && gateway.getIncoming().size() > 1 && gateway instanceof ParallelGateway),
                gateway,
                "must not join and split at once");
        if (gateway instanceof ParallelGateway && !splits) {
            must(gateway.isCamundaAsyncBefore(), gateway, "must be asyncBefore: parallel branches would run again");
        }
        if (splits && (gateway instanceof ExclusiveGateway || gateway instanceof InclusiveGateway)) {
            must(!blank(gateway.getName()) && gateway.getName().strip().endsWith("?"), gateway, "must be a question");
            gateway.getOutgoing()
                    .forEach(flow -> must(!blank(flow.getName()), flow, "must be named: it answers a question"));
            must(!blank(gateway.getAttributeValue("default")), gateway, "must have a default flow");
        }
    }

    private void noCodeInTheModel() {
        for (BaseElement element : all(BaseElement.class)) {
            must(camunda(element, "class") == null, element, "must not name a class");
            must(
                    camunda(element, "expression") == null,
                    element,
                    "must not hold an expression to run; name a delegate");
            must(element.getAttributeValue("scriptFormat") == null, element, "must not hold a script");
        }
        must(all(CamundaScript.class).isEmpty(), null, "must not hold a script");
    }

    private void names() {
        all(Message.class)
                .forEach(message -> must(
                        message.getName().matches("sternway\\.[a-z][A-Za-z0-9]*"),
                        message,
                        "must be called sternway.somethingHappened, got '" + message.getName() + "'"));
        all(Error.class)
                .forEach(error -> must(
                        house.errorCodes().contains(error.getErrorCode()),
                        error,
                        "must have an error code that exists, got '" + error.getErrorCode() + "'"));
        all(FlowElement.class).forEach(each -> must(!generated(each.getId()), each, "has a generated id"));
    }

    private static String prefix(FlowNode node) {
        Map<Class<? extends FlowNode>, String> prefixes = Map.ofEntries(
                Map.entry(StartEvent.class, "startEvent"),
                Map.entry(EndEvent.class, "endEvent"),
                Map.entry(BoundaryEvent.class, "event"),
                Map.entry(IntermediateCatchEvent.class, "event"),
                Map.entry(IntermediateThrowEvent.class, "event"),
                Map.entry(ServiceTask.class, "serviceTask"),
                Map.entry(BusinessRuleTask.class, "businessRuleTask"),
                Map.entry(UserTask.class, "userTask"),
                Map.entry(CallActivity.class, "callActivity"),
                Map.entry(SubProcess.class, "subProcess"),
                Map.entry(ExclusiveGateway.class, "gateway"),
                Map.entry(ParallelGateway.class, "gateway"),
                Map.entry(InclusiveGateway.class, "gateway"),
                Map.entry(EventBasedGateway.class, "gateway"));
        return prefixes.entrySet().stream()
                .filter(each -> each.getKey().isInstance(node))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Activity_0abc123, flow_1x2y3z4, sid-0815… as modelers make them. */
    static boolean generated(String id) {
        return id.matches("(?i)sid-.*|.*_(?=[a-z0-9]*\\d)[a-z0-9]{7}");
    }

    private <T extends org.camunda.bpm.model.xml.instance.ModelElementInstance> Collection<T> all(Class<T> type) {
        return model.getModelElementsByType(type);
    }

    private void must(boolean holds, BaseElement element, String sentence) {
        if (!holds) {
            broken.add((element == null ? fileId : element.getId()) + ": " + sentence);
        }
    }

    private static String camunda(BaseElement element, String attribute) {
        return element.getAttributeValueNs("http://camunda.org/schema/1.0/bpmn", attribute);
    }

    static boolean documented(BaseElement element) {
        return element.getDocumentations().stream().anyMatch(each -> !blank(each.getTextContent()));
    }

    private static String kind(FlowNode node) {
        return node.getElementType().getTypeName();
    }

    private static boolean blank(String text) {
        return text == null || text.isBlank();
    }
}
