package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRITICAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.port.TimeLimit;
import dev.sternway.process.FakeShop.Harm;
import dev.sternway.step.FakeContainerHost;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Duration;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** No delegate may come near the lock of its job, whatever the world outside does. */
@ExtendWith(OutputCaptureExtension.class)
class ShortDelegatesTest extends ProcessTest {
    private static final Duration ENDLESS = Duration.ofDays(1);

    @Test
    void limitsWhatADelegateMayTakeAltogether() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        Duration[] left = {ENDLESS};
        shop.host.command = (fake, argv) -> {
            left[0] = TimeLimit.atMost(ENDLESS);
            return new FakeContainerHost.Executed(0, "OFFERS=off\0", "");
        };

        world.alert(CRITICAL);
        world.goOn();

        assertThat(left[0]).isLessThanOrEqualTo(ShortDelegates.LIMIT);
        assertThat(ShortDelegates.LIMIT).isLessThan(ExternalTaskWorkers.LOCK.minusSeconds(5));
    }

    @Test
    void leavesWhatMayTakeLongToExternalTasks() {
        BpmnModelInstance rollback = Bpmn.readModelFromFile(new File("processes/rollback-system.bpmn"));

        assertThat(rollback.getModelElementsByType(ServiceTask.class).stream()
                        .filter(task -> "external".equals(task.getCamundaType()))
                        .map(ServiceTask::getCamundaTopic))
                .contains("startStopped", "releaseLock");
    }

    @Test
    void raisesTheAlarmWhenADelegateIsSlow(CapturedOutput output) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ShortDelegates delegates = new ShortDelegates(provider(meters), null);

        delegates.tell("serviceTask_swapStore", ShortDelegates.SLOW);
        assertThat(meters.find("sternway.delegate.slow").counter()).isNull();

        delegates.tell("serviceTask_swapStore", ShortDelegates.SLOW.plusMillis(1));
        assertThat(meters.get("sternway.delegate.slow")
                        .tag("activity", "serviceTask_swapStore")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("sternway.delegate").timer().count()).isEqualTo(2);
        assertThat(output.getAll()).contains("delegate of activity 'serviceTask_swapStore' took 5001 ms");
    }

    private static ObjectProvider<MeterRegistry> provider(MeterRegistry meters) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("meters", meters);
        return beans.getBeanProvider(MeterRegistry.class);
    }
}
