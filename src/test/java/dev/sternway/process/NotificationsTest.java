package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.UNMATCHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
import dev.sternway.notification.FakeChannels;
import dev.sternway.notification.NoticeLog;
import dev.sternway.notification.Postman;
import dev.sternway.port.Letter;
import dev.sternway.process.FakeShop.Harm;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ManagementService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the real processes tell, and that nothing that happens to a message happens to a rollback. */
class NotificationsTest extends ProcessTest {
    @Autowired
    private FakeChannels channels;

    @Autowired
    private NoticeLog log;

    @Autowired
    private ApplicationContext context;

    @Autowired
    private JdbcClient database;

    @Autowired
    private ManagementService management;

    private Postman postman;

    @BeforeEach
    void allChannelsLive() {
        channels.reset();
        postman = context.getAutowireCapableBeanFactory().createBean(Postman.class);
    }

    private void failedFeature() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
    }

    private List<String> notices(String incident) {
        return database.sql("select occasion from notice where incident_id = ? order by id")
                .param(incident)
                .query(String.class)
                .list();
    }

    @Test
    @Tag("S4-06")
    @Tag("S4-13")
    @Tag("S4-24")
    void tellsAWholeIncidentInOrder() {
        failedFeature();
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_stopService");
        postman.send();
        world.goOn();
        postman.send();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(notices(incident))
                .containsExactly(
                        "INCIDENT_OPENED",
                        "DECISION_MADE",
                        "LEVEL_STARTED",
                        "MAINTENANCE_ON",
                        "MAINTENANCE_OFF",
                        "RECOVERED",
                        "REPORT_WRITTEN",
                        "CLOSED");
        assertThat(channels.slack.occasions())
                .containsExactly("incident-opened", "decision-made", "level-started", "recovered", "closed");
        assertThat(channels.maintenance.got()).extracting(Letter::act).containsExactly(Letter.Act.ON, Letter.Act.OFF);
        assertThat(channels.pagerDuty.got())
                .extracting(Letter::act)
                .containsExactly(Letter.Act.TRIGGER, Letter.Act.RESOLVE);
        assertThat(channels.slack.got().get(1).severity()).isEqualTo("CRITICAL");
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    @Tag("S4-06")
    void switchesTheMaintenanceModeOnBeforeAServiceIsStopped() {
        failedFeature();
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_stopService");
        assertThat(shop.api().running).isTrue();
        postman.send();

        assertThat(channels.maintenance.got()).extracting(Letter::act).containsExactly(Letter.Act.ON);
        assertThat(log.maintenance(incident)).isEqualTo(NoticeLog.Maintenance.ON);
    }

    @Test
    void finishesTheRollbackWhenEveryChannelIsDead() {
        channels.all().forEach(FakeChannels.Fake::dies);
        failedFeature();
        String incident = world.alert(CRITICAL);
        world.goOn();
        for (int i = 0; i < 6; i++) {
            postman.send();
            postman.laterOn();
        }

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.last(incident, "judgeOutcome").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(log.of(incident))
                .isNotEmpty()
                .filteredOn(message -> !message.state().equals("SUPERSEDED"))
                .allSatisfy(message -> {
                    assertThat(message.waits()).isTrue();
                    assertThat(message.late()).isTrue();
                });
        assertThat(log.channels())
                .allSatisfy(channel -> assertThat(channel.state()).isEqualTo(NoticeLog.ChannelState.FAILING));
        assertThat(log.maintenance(incident)).isEqualTo(NoticeLog.Maintenance.BEING_SWITCHED_OFF);
        assertThat(world.ledger.of(incident))
                .filteredOn(entry -> entry.kind() == Evidence.Kind.NOTIFICATION)
                .isNotEmpty()
                .allSatisfy(
                        entry -> assertThat(entry.outcome()).isIn(Evidence.Outcome.NOT_MET, Evidence.Outcome.NOTED));
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    void tellsAStormOfAlertsOnce() {
        failedFeature();
        String incident = world.alert(CRITICAL);
        for (int i = 0; i < 30; i++) {
            assertThat(world.alert(CRITICAL)).isEqualTo(incident);
        }
        world.goOn();
        postman.send();

        assertThat(notices(incident)).doesNotHaveDuplicates();
        assertThat(channels.pagerDuty.got())
                .extracting(Letter::act)
                .containsExactly(Letter.Act.TRIGGER, Letter.Act.RESOLVE);
    }

    @Test
    void asksForAPersonAndSaysWhenNobodyIsNeededAnyMore() {
        failedFeature();
        String incident = world.alert(UNMATCHED);
        world.goOn();
        postman.send();

        assertThat(channels.pagerDuty.got()).singleElement().satisfies(call -> {
            assertThat(call.occasion()).isEqualTo("person-needed");
            assertThat(call.facts().get("groups")).contains("incident-commander", "on-call");
            assertThat(call.facts().get("dueAt")).isNotBlank();
            assertThat(call.text()).contains("Until: ");
        });

        world.complete("userTask_chooseAction", Person.CARLA, Map.of("chosenAction", "FIX_FORWARD", "reason", "easy"));
        postman.send();

        assertThat(channels.pagerDuty.got()).extracting(Letter::act).contains(Letter.Act.RESOLVE);
        assertThat(channels.slack.occasions()).contains("person-done", "fixed-forward");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.FIXED_FORWARD);
    }

    @Test
    void callsSomebodyWhenAStepFailsForGood() {
        failedFeature();
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_planLevel");
        management.setJobRetries(
                management.createJobQuery().messages().singleResult().getId(), 0);
        postman.send();

        assertThat(channels.pagerDuty.got())
                .extracting(Letter::occasion)
                .containsExactly("decision-made", "step-failed");
        assertThat(channels.pagerDuty.got().get(1).text())
                .contains("serviceTask_planLevel", "./sternway incident retry " + incident);
    }

    @Test
    @Tag("S2-30")
    void tellsAgainWhenTheSameDecisionBecomesMoreSevere() {
        failedFeature();
        String incident = world.alert(ProcessWorld.MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", Person.OLLI, Map.of("chosenAction", "ROLL_BACK", "reason", "it leaks"));
        assertThat(decisions(incident)).containsExactly("EVALUATE", "ROLL_BACK");

        world.alert(CRITICAL);
        world.goOn();
        postman.send();

        assertThat(decisions(incident)).containsExactly("EVALUATE", "ROLL_BACK", "ROLL_BACK/CRITICAL");
        assertThat(channels.pagerDuty.got())
                .filteredOn(call -> call.occasion().equals("decision-made"))
                .extracting(Letter::severity, Letter::dedup)
                .endsWith(org.assertj.core.groups.Tuple.tuple("CRITICAL", incident));
    }

    @Test
    void tellsTheOutsideOnlyWhenTheFirstLevelBegins() {
        failedFeature();
        String incident = world.alert(ProcessWorld.MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", Person.OLLI, Map.of("chosenAction", "ROLL_BACK", "reason", "it leaks"));
        postman.send();

        assertThat(world.standsAt()).contains("userTask_approveRollback");
        assertThat(channels.statuspage.got()).isEmpty();
        assertThat(channels.slack.got())
                .filteredOn(letter -> letter.occasion().equals("decision-made"))
                .last()
                .satisfies(letter -> {
                    assertThat(letter.text()).contains("decided to be taken back; an approval is awaited");
                    assertThat(letter.severity()).isEqualTo("MAJOR");
                });

        world.complete("userTask_approveRollback", Person.THEO, Map.of("decision", "APPROVE"));
        postman.send();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(channels.statuspage.got())
                .extracting(Letter::act)
                .containsExactly(Letter.Act.IDENTIFIED, Letter.Act.MONITORING, Letter.Act.RESOLVED);
    }

    private List<String> decisions(String incident) {
        return database.sql(
                        "select subject from notice where incident_id = ? and occasion = 'DECISION_MADE' order by id")
                .param(incident)
                .query(String.class)
                .list();
    }

    @Test
    @Tag("S4-13")
    void leavesTheMaintenanceModeOffWhenNothingWasTouched() {
        failedFeature();
        String incident = world.alert(Map.of("symptom", "ux"));
        world.goOn();
        world.alert("shop", Map.of(), Alert.Status.RESOLVED);
        world.goOn();
        postman.send();

        assertThat(channels.maintenance.got()).isEmpty();
        assertThat(log.maintenance(incident)).isEqualTo(NoticeLog.Maintenance.NEVER_SWITCHED);
        assertThat(channels.slack.occasions()).contains("resolved-by-itself");
    }
}
