package dev.sternway.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.Sandbox;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.springframework.util.FileSystemUtils;

/** One failed upgrade from the deployment to the last watch. */
public final class Story implements AutoCloseable {
    private static final Duration TOLD_WITHIN = Duration.ofMinutes(4);
    private static final Duration PEOPLE_TAKE = Duration.ofHours(8);

    private static final Program PROGRAM = Program.ofJar(Path.of("target/sternway.jar"));

    private final Path directory;
    private final int port;
    private final boolean handsFree;
    private final Narrator narrator = new Narrator();
    private Sandbox sandbox;
    private RunningSternway sternway;
    private DemoPeople people;
    private Path data;
    private volatile boolean endedFromOutside;

    public Story(Path directory, int port, boolean handsFree) {
        this.directory = directory;
        this.port = free(port) ? port : anyFree();
        this.handsFree = handsFree;
    }

    /** Tells it; true when every check held. */
    public boolean tell() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endFromOutside, "demo-end"));
        prepare();
        Person olga = person("olga");
        beforeTheUpgrade(olga);
        narrator.chapter("The upgrade to 1.5.0 is deployed. It will fail in three depths.");
        sandbox.deployBad();
        narrator.say("1.5.0 says that it is healthy. Prometheus counts its errors.");
        String incident = awaitIncident(olga);
        narrator.say("Page of the incident: " + sternway.address() + "/incidents/" + incident);
        if (!handsFree) {
            inviteThePeople();
        }
        Cast cast = handsFree ? new Cast(person("carla"), person("theo"), incident, narrator) : null;
        followUntilClosed(olga, incident, cast);
        boolean held = judge(olga, incident, cast);
        if (!handsFree) {
            stayOpen(incident);
        }
        return held;
    }

    private void prepare() {
        narrator.chapter("Set up: a shop of three containers, its monitoring, and Sternway.");
        narrator.say("Everything of this demo is below " + directory + ".");
        sandbox = Sandbox.start(directory.resolve("sandbox"), port);
        people = DemoPeople.write(sandbox.configuration(), sandbox.alertmanagerToken());
        narrator.say("The shop's database runs, images are there. Starting Sternway on port " + port + " …");
        // A demo is a new story each time; what a watched one kept stays for its reader, in its own directory.
        data = directory.resolve("data-" + Instant.now().toEpochMilli());
        sternway =
                RunningSternway.start(PROGRAM, port, data, sandbox.configuration(), directory.resolve("sternway.log"));
        narrator.say("Sternway is up at " + sternway.address() + ".");
        sandbox.deployGood();
        sandbox.startMonitoring();
        sandbox.startLoad();
        narrator.say("The shop runs release 1.4.0 with 40 requests a second; Prometheus and Alertmanager watch it.");
        narrator.say("Windows are shortened to seconds by the shop's catalogue file; page, ledger and verdict say so.");
    }

    private void beforeTheUpgrade(Person olga) {
        narrator.chapter("Before the upgrade: olga records the release and takes a backup set.");
        CommandLine command = new CommandLine(PROGRAM, sternway.address(), "olga", people.password("olga"));
        CommandLine.Result result = command.run("snapshot", "web-shop", "--version", "1.4.0");
        narrator.say(result.output().strip());
        if (result.exitCode() != 0) {
            throw new IllegalStateException("the snapshot failed: " + result.output());
        }
        long orders = sandbox.oracle().rows("orders");
        Pause.until(
                "orders come in after the backup",
                Duration.ofSeconds(20),
                () -> sandbox.oracle().rows("orders") > orders + 20);
    }

    private String awaitIncident(Person viewer) {
        Pause.until(
                "Alertmanager has sent its alert and an incident is open",
                Duration.ofSeconds(60),
                () -> !viewer.api("/api/incidents").isEmpty());
        JsonNode incident = viewer.api("/api/incidents").get(0);
        return incident.path("id").asText();
    }

    private void inviteThePeople() {
        narrator.chapter("Now it is your turn: open these, and play the people.");
        narrator.say("Tasklist   " + sternway.address() + "/camunda/app/tasklist/default/");
        narrator.say("Cockpit    " + sternway.address() + "/camunda/app/cockpit/default/");
        for (DemoPeople.Role role : DemoPeople.ALL) {
            narrator.say(
                    "%-6s %-18s %s, %s".formatted(role.id(), people.password(role.id()), role.group(), role.does()));
        }
        narrator.say("When the data check fails, carla types CONFIRM DATA LOSS, then theo approves.");
    }

    private void followUntilClosed(Person viewer, String incident, Cast cast) {
        narrator.chapter("The incident, as its ledger is written:");
        int[] shown = {0};
        Pause.until("the incident is closed", handsFree ? TOLD_WITHIN : PEOPLE_TAKE, () -> {
            JsonNode entries = viewer.api("/api/incidents/" + incident + "/evidence");
            for (; shown[0] < entries.size(); shown[0]++) {
                narrator.entry(entries.get(shown[0]));
            }
            if (cast != null) {
                cast.play();
            }
            String state = state(viewer, incident);
            if (cast != null && (state.equals("HANDED_OVER") || cast.stuck())) {
                throw new IllegalStateException("the incident did not recover, it is " + state);
            }
            return state.equals("CLOSED") || state.equals("HANDED_OVER");
        });
    }

    private static String state(Person viewer, String incident) {
        JsonNode answer = viewer.api("/api/incidents/" + incident);
        return answer.path("state").asText();
    }

    private boolean judge(Person viewer, String incident, Cast cast) {
        narrator.chapter("The checks:");
        Checks checks = new Checks(narrator);
        Timeline timeline = new Timeline(viewer.api("/api/incidents/" + incident + "/evidence"));
        Oracle oracle = sandbox.oracle();
        checks.hold("the shop runs 1.4.0 again", oracle.version(), "1.4.0"::equals);
        checks.hold("no product is damaged", oracle.damagedProducts(), damaged -> damaged == 0);
        checks.hold("the schema is the backup's", oracle.schemaVersion(), "1"::equals);
        checks.hold(
                "the failed database is kept",
                oracle.databases(),
                all -> all.stream().anyMatch(name -> name.contains("_failed_")));
        checks.hold(
                "the failed containers are kept",
                oracle.containers(),
                all -> all.stream().anyMatch(name -> name.contains(".failed-")));
        checks.hold("at most 1 % of 200 requests fail", oracle.errorShare(200), share -> share <= 0.01);
        JsonNode verdict = viewer.api("/api/incidents/" + incident + "/verdict");
        checks.hold(
                "all five parts of the verdict passed", verdict.path("success").asBoolean(), success -> success);
        CommandLine command = new CommandLine(PROGRAM, sternway.address(), "vera", people.password("vera"));
        checks.hold(
                "the evidence chain holds",
                command.run("verify-evidence", incident).exitCode(),
                code -> code == 0);
        for (Timeline.Level level : timeline.levels()) {
            checks.hold(
                    "level " + level.level() + " within its " + level.budget().toSeconds() + " s",
                    "%.1f s, waited for people %.1f s".formatted(seconds(level.took()), seconds(level.waited())),
                    text -> level.withinBudget());
        }
        checks.hold(
                "levels 1, 2 and 3 ran, one after the other",
                timeline.levels().stream().map(Timeline.Level::level).toList(),
                java.util.List.of(1, 2, 3)::equals);
        Duration toggle = timeline.alertToToggle().orElse(Duration.ofDays(1));
        checks.hold(
                "from the webhook to the toggle proved at most 10 s",
                "%.1f s".formatted(seconds(toggle)),
                text -> toggle.compareTo(Duration.ofSeconds(10)) <= 0);
        Duration overhead = timeline.overhead(0.99);
        checks.hold(
                "the engine adds at most 250 ms to a step, p99 of "
                        + timeline.overheads().size(),
                "p50 %d ms, p99 %d ms, slowest %s"
                        .formatted(
                                timeline.overhead(0.5).toMillis(),
                                overhead.toMillis(),
                                timeline.slowest()
                                        .map(slow -> "from " + slow.before() + " to " + slow.step())
                                        .orElse("none")),
                text -> overhead.toMillis() <= 250 && !timeline.overheads().isEmpty());
        if (cast != null) {
            cast.judge(checks);
        }
        return checks.allHeld();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private void stayOpen(String incident) {
        narrator.chapter("The story is told; the last watch goes on. Look around, end with Ctrl-C.");
        narrator.say("Incident   " + sternway.address() + "/incidents/" + incident);
        narrator.say("Report     " + sternway.address() + "/api/incidents/" + incident + "/report");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Person person(String id) {
        return Person.signIn(sternway.address(), id, people.password(id));
    }

    /** The address of Sternway, once told of. */
    public URI address() {
        return sternway.address();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port on this machine", e);
        }
    }

    private void removeData() {
        try {
            FileSystemUtils.deleteRecursively(data);
        } catch (IOException e) {
            narrator.say("'" + data + "' could not be removed: " + e.getMessage());
        }
    }

    private void endFromOutside() {
        endedFromOutside = true;
        close();
    }

    /** True once Ctrl-C or a signal has ended it; what fails after that is no news. */
    public boolean endedFromOutside() {
        return endedFromOutside;
    }

    @Override
    public synchronized void close() {
        if (sternway == null && sandbox == null) {
            return;
        }
        narrator.say("Cleaning up: Sternway, its database, the shop and its monitoring.");
        if (sternway != null) {
            sternway.close();
            sternway = null;
            if (handsFree) {
                removeData();
            }
        }
        if (sandbox != null) {
            sandbox.close();
            sandbox = null;
        }
    }
}
