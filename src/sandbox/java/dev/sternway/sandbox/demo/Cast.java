package dev.sternway.sandbox.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Plays the two people of a data loss, with the mistakes that people make. */
final class Cast {
    private static final String CONFIRM = "userTask_confirmDataLoss";
    private static final String APPROVE = "userTask_approveDataLoss";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Person carla;
    private final Person theo;
    private final String incident;
    private final Narrator narrator;
    private Person.Answer wrongPhrase;
    private Person.Answer samePerson;
    private boolean confirmed;
    private boolean approved;
    private Instant chooseSeen;

    Cast(Person carla, Person theo, String incident, Narrator narrator) {
        this.carla = carla;
        this.theo = theo;
        this.incident = incident;
        this.narrator = narrator;
    }

    /** Does what is to be done now; called again and again. */
    void play() {
        Optional<String> confirm = carla.task(incident, CONFIRM);
        if (confirm.isPresent()) {
            confirm(confirm.get());
        }
        Optional<String> approve = confirmed ? theo.task(incident, APPROVE) : Optional.empty();
        if (approve.isPresent()) {
            approve(approve.get());
        }
        if (carla.task(incident, "userTask_chooseNextStep").isPresent()) {
            chooseSeen = chooseSeen == null ? Instant.now() : chooseSeen;
        }
    }

    /** True when Sternway asks what to do next: in this story it never should. */
    boolean stuck() {
        return chooseSeen != null && Instant.now().isAfter(chooseSeen.plus(PATIENCE));
    }

    private void confirm(String task) {
        if (wrongPhrase == null) {
            wrongPhrase = carla.submit(task, Map.of("decision", "APPROVE", "phrase", "confirm data loss"));
            narrator.say("carla types 'confirm data loss': " + wrongPhrase);
            return;
        }
        Person.Answer answer = carla.submit(task, Map.of("decision", "APPROVE", "phrase", "CONFIRM DATA LOSS"));
        if (answer.taken()) {
            confirmed = true;
            narrator.say("carla types 'CONFIRM DATA LOSS': taken.");
        } else if (!answer.body().contains("LOSS_NOT_MEASURED")) {
            throw new IllegalStateException("the right phrase was refused: " + answer.body());
        }
    }

    private void approve(String task) {
        if (samePerson == null) {
            samePerson = carla.submit(task, Map.of("decision", "APPROVE"));
            narrator.say("carla tries to approve too: " + samePerson);
        }
        Person.Answer answer = theo.submit(task, Map.of("decision", "APPROVE"));
        if (!answer.taken()) {
            throw new IllegalStateException("the second approval was refused: " + answer.body());
        }
        approved = true;
        narrator.say("theo approves: taken.");
    }

    void judge(Checks checks) {
        checks.hold(
                "the wrong phrase was refused",
                wrongPhrase,
                answer -> answer != null && !answer.taken() && answer.body().contains("PHRASE_WRONG"));
        checks.hold("one person cannot do both", samePerson, answer -> answer != null && !answer.taken());
        checks.hold("two people accepted the loss", confirmed && approved, both -> both);
    }
}
