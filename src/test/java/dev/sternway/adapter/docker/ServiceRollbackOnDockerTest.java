package dev.sternway.adapter.docker;

import static dev.sternway.adapter.docker.DockerCli.docker;
import static dev.sternway.adapter.docker.DockerCli.tidy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Toggle;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Plan;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.MemoryReleases;
import dev.sternway.step.Pace;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.release.CreateReplacement;
import dev.sternway.step.release.RecordRelease;
import dev.sternway.step.release.RevertImage;
import dev.sternway.step.service.AwaitServiceReady;
import dev.sternway.step.service.ProveService;
import dev.sternway.step.service.StopService;
import dev.sternway.step.toggle.PrepareToggle;
import dev.sternway.step.toggle.ProveToggle;
import dev.sternway.step.toggle.SwitchToggle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Levels 1 and 2 of one service on the real engine: a small server whose second release is bad. */
@Tag("docker")
class ServiceRollbackOnDockerTest {
    private static final String RUN =
            "sternway-steps-" + UUID.randomUUID().toString().substring(0, 8);
    private static final String INCIDENT = "INC-2026-0077";
    private static final String SERVER = "mkdir -p /data/web;"
            + " echo \"{\\\"version\\\":\\\"$RELEASE\\\",\\\"offers\\\":\\\"$OFFERS\\\"}\" > /data/web/ready;"
            + " trap 'exit 0' TERM; httpd -f -p 8080 -h /data/web & wait";

    /** The machine's own time. */
    private static final class WallClock implements Pace {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void pause(Duration time) {
            LockSupport.parkNanos(time.toNanos());
        }
    }

    private final int port = freePort();
    private final URI ready = URI.create("http://127.0.0.1:" + port + "/ready");
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private ContainerHost host;
    private String volume;

    @BeforeEach
    void start() {
        String one = DockerCli.image(RUN + ":1", "ENV RELEASE=1.0", "VOLUME /data");
        DockerCli.image(RUN + ":2", "ENV RELEASE=2.0", "VOLUME /data");
        context.registerBean(MemoryReleases.class);
        context.registerBean(DataStores.class, () -> new DataStores(List.of(new FakeDataStore("shop"))));
        context.scan(
                "dev.sternway.adapter.docker",
                "dev.sternway.adapter.http",
                "dev.sternway.step.service",
                "dev.sternway.step.toggle",
                "dev.sternway.step.release");
        // It asks the ledger of backups, which is not here.
        context.removeBeanDefinition("keepImages");
        context.registerBean(Pace.class, WallClock::new);
        context.refresh();
        host = context.getBean(ContainerHost.class);
        run(one, List.of());
        volume = host.volumes(host.specification(RUN)).get("/data");
    }

    @AfterEach
    void tidyUp() {
        for (String name : List.of(
                RUN,
                RUN + ".next-" + INCIDENT,
                RUN + ".next-" + INCIDENT + "-toggle",
                RUN + ".failed-" + INCIDENT,
                RUN + ".failed-" + INCIDENT + "-toggle")) {
            tidy("rm", "-f", name);
        }
        tidy("volume", "rm", volume);
        tidy("image", "rm", RUN + ":1", RUN + ":2");
        context.close();
    }

    @Test
    void switchesTheToggleThenRevertsTheRelease() {
        step(AwaitServiceReady.class, null);
        Release release = context.getBean(RecordRelease.class).record(system(), "1.0");
        docker("rm", "-f", RUN);
        run(RUN + ":2", List.of("--volume", volume + ":/data", "--env", "OFFERS=on", "--memory", "64m"));
        step(AwaitServiceReady.class, null);

        Instant begin = Instant.now();
        step(PrepareToggle.class, release);
        step(StopService.class, release);
        step(SwitchToggle.class, release);
        step(AwaitServiceReady.class, release);
        StepResult proved = step(ProveToggle.class, release);

        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(proved.seen()).startsWith("OFFERS=off in the environment of process 1; " + ready);
        assertThat(host.find(RUN + ".failed-" + INCIDENT + "-toggle")
                        .orElseThrow()
                        .running())
                .isFalse();

        step(CreateReplacement.class, release);
        assertThat(step(CreateReplacement.class, release).outcome()).isEqualTo(Outcome.ALREADY);
        step(StopService.class, release);
        step(RevertImage.class, release);
        step(AwaitServiceReady.class, release);
        proved = step(ProveService.class, release);

        assertThat(proved.seen()).isEqualTo("image and settings are the recorded ones, it reports version '1.0'");
        assertThat(step(RevertImage.class, release).outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(host.find(RUN + ".failed-" + INCIDENT).orElseThrow().environment())
                .containsEntry("RELEASE", "2.0")
                .containsEntry("OFFERS", "off");
        assertThat(host.volumes(host.specification(RUN))).containsEntry("/data", volume);
    }

    private StepResult step(Class<? extends Step> type, Release release) {
        Plan plan = new Plan(
                "plan",
                INCIDENT,
                RUN,
                2,
                release == null ? null : release.id(),
                null,
                List.of(),
                Duration.ofMinutes(15),
                Duration.ZERO,
                Instant.now());
        return context.getBean(type)
                .run(new StepTask(INCIDENT, system(), plan, "api", Instant.now(), DataStore.Progress.NONE));
    }

    private ManagedSystem system() {
        return new ManagedSystem(
                "steps",
                "Steps",
                new ManagedSystem.AlertMatch("system", "steps"),
                null,
                List.of(new Service(
                        "api",
                        RUN,
                        List.of(),
                        List.of(),
                        false,
                        Duration.ofSeconds(10),
                        new Service.Readiness(ready, Duration.ofSeconds(20), 2, "/version"))),
                List.of(),
                List.of(new Toggle(
                        "offers",
                        "Offers",
                        "api",
                        "OFFERS",
                        "off",
                        List.of(new Check.HttpProbe(ready, "GET", null, 200, Map.of("/offers", "off"))))),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private void run(String image, List<String> options) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "-d", "--name", RUN, "--publish", "127.0.0.1:" + port + ":8080"));
        arguments.addAll(options);
        arguments.addAll(List.of(image, "sh", "-c", SERVER));
        docker(arguments);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
