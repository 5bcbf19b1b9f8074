package dev.sternway.conventions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaExecutionListener;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;

/** The rules of what a process does: what its tasks name exists, is called alike, and can be repeated. */
final class TaskRules {
    private static final Pattern BEAN = Pattern.compile("#\\{(\\w+)}");

    private final BpmnModelInstance model;
    private final String fileId;
    private final House house;
    private final List<String> broken = new ArrayList<>();

    TaskRules(BpmnModelInstance model, String fileId, House house) {
        this.model = model;
        this.fileId = fileId;
        this.house = house;
    }

    List<String> broken() {
        model.getModelElementsByType(ServiceTask.class).forEach(this::serviceTask);
        model.getModelElementsByType(BusinessRuleTask.class).forEach(this::businessRuleTask);
        model.getModelElementsByType(UserTask.class).forEach(this::userTask);
        model.getModelElementsByType(CallActivity.class).forEach(this::callActivity);
        for (CamundaTaskListener listener : model.getModelElementsByType(CamundaTaskListener.class)) {
            listener(
                    listener.getCamundaClass(),
                    listener.getCamundaExpression(),
                    listener.getCamundaDelegateExpression());
        }
        for (CamundaExecutionListener listener : model.getModelElementsByType(CamundaExecutionListener.class)) {
            listener(
                    listener.getCamundaClass(),
                    listener.getCamundaExpression(),
                    listener.getCamundaDelegateExpression());
        }
        return broken;
    }

    private void serviceTask(ServiceTask task) {
        must(BpmnRules.documented(task), task, "must have a documentation");
        boolean external = "external".equals(task.getCamundaType());
        must(external || task.isCamundaAsyncBefore(), task, "must be asyncBefore: it has side effects");
        if (external) {
            String topic = task.getCamundaTopic();
            step(task, topic == null ? "" : topic);
            exists(task, upper(topic) + "Worker", "Worker");
            return;
        }
        String expression = task.getCamundaDelegateExpression();
        Matcher bean = BEAN.matcher(expression == null ? "" : expression);
        if (!bean.matches() || !bean.group(1).endsWith("Delegate")) {
            broken.add(task.getId() + ": must be an external task or have a delegate like #{revertImageDelegate}");
            return;
        }
        step(task, bean.group(1).replaceFirst("Delegate$", ""));
        exists(task, upper(bean.group(1)), "Delegate");
    }

    /** The task is called as its step; a second one of the same step keeps at least the verb. */
    private void step(ServiceTask task, String step) {
        String name = task.getId().replaceFirst("^serviceTask_", "");
        must(name.equals(step) || verb(name).equals(verb(step)), task, "must be called as its step '" + step + "'");
    }

    private void businessRuleTask(BusinessRuleTask task) {
        must(BpmnRules.documented(task), task, "must have a documentation");
        String decision = task.getCamundaDecisionRef();
        must(
                decision != null && house.decisions().contains(decision),
                task,
                "must ask a decision that exists, got '" + decision + "'");
        must(
                decision != null && task.getId().equals("businessRuleTask_" + camel(decision)),
                task,
                "must be called as its decision '" + decision + "'");
    }

    private void userTask(UserTask task) {
        must(BpmnRules.documented(task), task, "must have a documentation");
        must(
                house.forms().contains(String.valueOf(task.getCamundaFormRef())),
                task,
                "must show a form that exists, got '" + task.getCamundaFormRef() + "'");
        must("deployment".equals(task.getCamundaFormRefBinding()), task, "must bind its form by deployment");
        List<String> groups = task.getCamundaCandidateGroupsList();
        must(!groups.isEmpty(), task, "must have candidate groups");
        groups.stream()
                .filter(group -> !group.startsWith("${"))
                .forEach(group -> must(
                        house.roles().contains(group.strip()),
                        task,
                        "names a role that does not exist: '" + group + "'"));
    }

    private void callActivity(CallActivity call) {
        must(BpmnRules.documented(call), call, "must have a documentation");
        String called = String.valueOf(call.getCalledElement());
        must(
                called.contains("${") || house.processes().contains(called),
                call,
                "must call a process that exists, got '" + called + "'");
        must(
                "deployment".equals(call.getCamundaCalledElementBinding()),
                call,
                "must bind the called process by deployment");
    }

    /** Until the first class of its kind is there, none is missed. */
    private void exists(BaseElement element, String className, String ending) {
        if (house.engineClasses().stream().noneMatch(each -> each.endsWith(ending) && !each.equals(ending))) {
            return;
        }
        must(
                house.engineClasses().contains(className),
                element,
                "wants the class " + className + ", which process/ does not have");
        must(
                !house.publicEngineClasses().contains(className),
                element,
                "wants the class " + className + " to be package-private");
    }

    private void listener(String className, String expression, String delegateExpression) {
        must(className == null && expression == null, null, "a listener must be named by a delegate expression");
        Matcher bean = BEAN.matcher(String.valueOf(delegateExpression));
        must(
                bean.matches(),
                null,
                "a listener must be a bean like #{confirmDataLossListener}, got '" + delegateExpression + "'");
        if (bean.matches()) {
            exists(null, upper(bean.group(1)), "Listener");
        }
    }

    private void must(boolean holds, BaseElement element, String sentence) {
        if (!holds) {
            broken.add((element == null ? fileId : element.getId()) + ": " + sentence);
        }
    }

    private static String verb(String camel) {
        return camel.replaceFirst("[A-Z].*$", "");
    }

    private static String upper(String camel) {
        return camel == null || camel.isEmpty() ? "" : Character.toUpperCase(camel.charAt(0)) + camel.substring(1);
    }

    private static String camel(String kebab) {
        return Pattern.compile("-([a-z0-9])")
                .matcher(kebab)
                .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
    }
}
