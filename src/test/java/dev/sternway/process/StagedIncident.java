package dev.sternway.process;

import dev.sternway.process.FakeShop.Harm;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * An incident of the {@link FakeShop} with everything that people see of it: the real pages, webapps and doors on a port,
 * the real models behind them. It goes on only when it is told to.
 */
@Import(ProcessApplication.class)
@ComponentScan({"dev.sternway.web", "dev.sternway.alert.web"})
public class StagedIncident {
    private final ProcessWorld world;
    private final FakeShop shop;

    StagedIncident(ProcessWorld world, FakeShop shop) {
        this.world = world;
        this.shop = shop;
    }

    /** A new one whose rows are damaged; gives back its id once the loss of a restore is measured. */
    public String untilTheLossIsMeasured() {
        world.empty();
        shop.open();
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(ProcessWorld.CORRUPTION);
        world.goOn();
        return incident;
    }

    /** A new one whose backup was loaded beside and is not whole; gives back its id once people are asked. */
    public String untilAnUnprovedBackupIsAsked() {
        world.empty();
        shop.open();
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
        shop.store.trialFaults.add("index 'orders_pkey' is not valid");
        String incident = world.alert(ProcessWorld.CORRUPTION);
        world.goOn();
        return incident;
    }

    /** A new one whose rollback needs an approval; gives back its id once somebody is asked for it. */
    public String untilAnApprovalIsAsked() {
        world.empty();
        shop.open();
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(ProcessWorld.MAJOR);
        world.goOn();
        world.submit("userTask_chooseAction", Person.OLLI, Map.of("chosenAction", "ROLL_BACK"));
        world.goOn();
        return incident;
    }

    /** A new one whose alert says what it was told to; gives back its id once somebody is asked what is done. */
    public String untilSomebodyChooses(String title, Map<String, String> texts) {
        world.empty();
        shop.open();
        Map<String, String> labels = new HashMap<>(texts);
        labels.putAll(ProcessWorld.MAJOR);
        String incident = world.alert(title, labels);
        world.goOn();
        return incident;
    }

    /** Time passes, and whoever is asked when nobody takes the task is asked. */
    public void passOn(String key, java.time.Duration time) {
        world.pass(time);
        world.escalate(key);
    }

    /** The id of the open task. */
    public String task(String key) {
        return world.task(key).getId();
    }

    /** The first person types the phrase. */
    public void confirm() {
        world.submit(
                "userTask_confirmDataLoss",
                Person.CARLA,
                Map.of("decision", "APPROVE", "phrase", ConfirmDataLossListener.PHRASE));
        world.goOn();
    }

    /** The second person approves, and the restore goes on to its end. */
    public void approveAndRestore() {
        world.submit("userTask_approveDataLoss", Person.THEO, Map.of("decision", "APPROVE"));
        world.goOnTo("serviceTask_watchBeforeClose");
    }

    /** The restore goes on to its end, and the failed database has rows that the live one has not. */
    public void approveAndOfferLostRows() {
        shop.store.salvage = new dev.sternway.step.FakeRowSalvage();
        approveAndRestore();
    }

    /** True when the task of this name is open. */
    public boolean waitsAt(String key) {
        return world.standsAt().contains(key);
    }

    /** The running instance of the process. */
    public String instance(String process) {
        return world.process(process).getId();
    }

    /** What was done to containers and databases since the upgrade. */
    public java.util.List<String> touched() {
        return shop.touched();
    }

    /** Removes the incident. */
    public void end() {
        world.empty();
    }
}
