package dev.sternway.process;

import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.runtime.ProcessInstance;

/** An instance, running or ended, as camunda-bpm-assert wants it. */
record SeenInstance(HistoricProcessInstance found) implements ProcessInstance {
    @Override
    public String getId() {
        return found.getId();
    }

    @Override
    public String getProcessInstanceId() {
        return found.getId();
    }

    @Override
    public String getProcessDefinitionId() {
        return found.getProcessDefinitionId();
    }

    @Override
    public String getProcessDefinitionKey() {
        return found.getProcessDefinitionKey();
    }

    @Override
    public String getBusinessKey() {
        return found.getBusinessKey();
    }

    @Override
    public String getRootProcessInstanceId() {
        return found.getRootProcessInstanceId();
    }

    @Override
    public String getCaseInstanceId() {
        return null;
    }

    @Override
    public String getTenantId() {
        return null;
    }

    @Override
    public boolean isSuspended() {
        return false;
    }

    @Override
    public boolean isEnded() {
        return found.getEndTime() != null;
    }
}
