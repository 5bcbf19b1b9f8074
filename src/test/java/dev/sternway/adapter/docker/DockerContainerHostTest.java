package dev.sternway.adapter.docker;

import static dev.sternway.adapter.docker.DockerCli.docker;
import static dev.sternway.adapter.docker.DockerCli.tidy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real engine: a container made again keeps all that its user had set, and nothing of another image. */
@Tag("docker")
class DockerContainerHostTest {
    private static final String RUN =
            "sternway-host-" + UUID.randomUUID().toString().substring(0, 8);
    private static final String NETWORK = RUN + "-front";
    private static final String FURTHER_NETWORK = RUN + "-back";
    private static final String VOLUME = RUN + "-data";
    private static final String WAIT = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final DockerContainerHost HOST =
            new DockerContainerHost(new DockerSettings("", Duration.ofSeconds(5), Duration.ofSeconds(60)));
    private static String one;
    private static String two;

    private final List<String> names = new ArrayList<>();

    @TempDir
    Path folder;

    @BeforeAll
    static void makeImagesAndNetworks() {
        one = DockerCli.image(
                RUN + ":1",
                "ENV RELEASE=1",
                "ENV COLOUR=blue",
                "LABEL release=1",
                "EXPOSE 8001",
                "VOLUME /data",
                "WORKDIR /tmp",
                "HEALTHCHECK --interval=1s CMD [\"true\"]",
                "CMD [\"sh\",\"-c\",\"" + WAIT + "\"]");
        two = DockerCli.image(
                RUN + ":2",
                "ENV RELEASE=2",
                "ENV COLOUR=red",
                "LABEL release=2",
                "EXPOSE 8002",
                "VOLUME /data",
                "WORKDIR /etc",
                "HEALTHCHECK --interval=2s CMD [\"id\"]",
                "CMD [\"sh\",\"-c\",\"echo two; " + WAIT + "\"]");
        docker("network", "create", "--subnet", "10.231.77.0/24", NETWORK);
        docker("network", "create", "--subnet", "10.231.78.0/24", FURTHER_NETWORK);
        docker("volume", "create", VOLUME);
    }

    @AfterAll
    static void tidyUp() throws IOException {
        tidy("network", "rm", NETWORK, FURTHER_NETWORK);
        tidy("volume", "rm", VOLUME);
        tidy("image", "rm", RUN + ":1", RUN + ":2", RUN + ":3");
        HOST.destroy();
    }

    @AfterEach
    void removeContainers() {
        Set<String> volumes = new TreeSet<>();
        names.stream()
                .filter(name -> HOST.find(name).isPresent())
                .forEach(name ->
                        volumes.addAll(HOST.volumes(HOST.specification(name)).values()));
        names.forEach(name -> tidy("rm", "-f", name));
        volumes.remove(VOLUME);
        volumes.forEach(volume -> tidy("volume", "rm", volume));
    }

    @Test
    void keepsAllThatTheUserHadSet() {
        String neighbour = run("neighbour", "--network", FURTHER_NETWORK);
        String name = name("lossless");
        create(
                name,
                one,
                "--env=COLOUR=green",
                "--env=PASSWORD=geheim=1",
                "--label=team=shop",
                "--volume=/etc/hostname:/tmp/host:ro",
                "--volume=" + VOLUME + ":/named",
                "--volume=/anonymous",
                "--mount=type=volume,destination=/mounted",
                "--tmpfs=/scratch:size=1m",
                "--network=" + NETWORK,
                "--network-alias=shop",
                "--ip=10.231.77.50",
                "--publish=127.0.0.1:0:8001",
                "--memory=64m",
                "--memory-swappiness=0",
                "--cpus=0.5",
                "--ulimit=nofile=1234:2345",
                "--restart=on-failure:3",
                "--stop-signal=SIGINT",
                "--stop-timeout=7",
                "--health-cmd=true",
                "--health-interval=7s",
                "--log-driver=json-file",
                "--log-opt=max-size=1m",
                "--add-host=elsewhere:10.1.2.3",
                "--dns=10.9.9.9",
                "--dns-search=example.test",
                "--cap-add=NET_ADMIN",
                "--cap-drop=MKNOD",
                "--security-opt=no-new-privileges",
                "--read-only",
                "--user=1000:1000",
                "--group-add=27",
                "--tty",
                "--init",
                "--hostname=shop-host",
                "--workdir=/proc",
                "--shm-size=16m",
                "--pids-limit=99",
                "--sysctl=net.core.somaxconn=99",
                "--oom-score-adj=100",
                "--security-opt=systempaths=unconfined");
        connectWithLinkAndOptions(name, neighbour);
        JsonNode specification = HOST.specification(name);

        String again = name("lossless-again");
        HOST.create(again, one, specification, Map.of(), Map.of("dev.sternway.plan", "p"));

        assertThat(HOST.differences(specification, HOST.specification(again))).isEmpty();
        assertThat(differencesOfInspect(name, again)).isEmpty();
        JsonNode inspect = inspect(again);
        assertThat(inspect.at("/Config/StopSignal").asText()).isEqualTo("SIGINT");
        assertThat(inspect.at("/Config/StopTimeout").asInt()).isEqualTo(7);
        assertThat(inspect.at("/Config/Healthcheck/Interval").asLong()).isEqualTo(7_000_000_000L);
        assertThat(inspect.at("/HostConfig/MaskedPaths").isEmpty()).isTrue();
        assertThat(inspect.at("/HostConfig/Ulimits/0/Hard").asInt()).isEqualTo(2345);
        JsonNode networks = inspect.at("/NetworkSettings/Networks");
        assertThat(networks.at("/" + NETWORK + "/IPAMConfig/IPv4Address").asText())
                .isEqualTo("10.231.77.50");
        assertThat(networks.at("/" + NETWORK + "/Aliases").toString()).contains("\"shop\"");
        assertThat(networks.at("/" + FURTHER_NETWORK + "/Links/0").asText()).isEqualTo(neighbour + ":db");
        assertThat(networks.at("/" + FURTHER_NETWORK + "/Aliases").toString()).contains("\"second\"");
        assertThat(networks.at("/" + FURTHER_NETWORK + "/DriverOpts/some.option")
                        .asText())
                .isEqualTo("x");
    }

    @Test
    void takesTheImagesOwnConfigurationFromTheNewImage() {
        String name = name("upgrade");
        create(name, two, "--env=COLOUR=red", "--env=MODE=fast", "--label=team=shop");

        String back = name("upgrade-back");
        HOST.create(back, one, HOST.specification(name), Map.of(), Map.of());

        JsonNode config = inspect(back).get("Config");
        assertThat(HOST.find(back).orElseThrow().environment())
                .containsEntry("RELEASE", "1")
                .containsEntry("MODE", "fast");
        assertThat(config.at("/Labels/release").asText()).isEqualTo("1");
        assertThat(config.at("/Labels/team").asText()).isEqualTo("shop");
        assertThat(config.at("/Cmd/2").asText()).isEqualTo(WAIT);
        assertThat(config.at("/WorkingDir").asText()).isEqualTo("/tmp");
        assertThat(config.at("/ExposedPorts").toString()).contains("8001").doesNotContain("8002");
        assertThat(config.at("/Healthcheck/Test/1").asText()).isEqualTo("true");
        assertThat(config.at("/Hostname").asText())
                .isEqualTo(HOST.find(back).orElseThrow().id().substring(0, 12));
    }

    @Test
    void keepsTheContentOfAnonymousVolumes() {
        String name = run("volumes", "--volume=/extra");
        HOST.execute(name, List.of("sh", "-c", "echo order-1 > /data/orders; echo 2 > /extra/x"), Map.of(), LIMIT);
        JsonNode specification = HOST.specification(name);
        HOST.stop(name, Duration.ofSeconds(5));

        String back = name("volumes-back");
        HOST.create(back, two, specification, Map.of(), Map.of());
        HOST.start(back);

        assertThat(HOST.execute(back, List.of("cat", "/data/orders", "/extra/x"), Map.of(), LIMIT)
                        .output())
                .isEqualTo("order-1\n2\n");
        assertThat(HOST.volumes(specification)).containsOnlyKeys("/data", "/extra");
        assertThat(HOST.volumes(HOST.specification(back))).isEqualTo(HOST.volumes(specification));
    }

    @Test
    void takesOverStaticAddressesAndAliasesOfARunningContainer() {
        String name = run("address", "--network=" + NETWORK, "--ip=10.231.77.60", "--network-alias=shop");
        docker("network", "connect", "--ip=10.231.78.60", "--alias=inner", FURTHER_NETWORK, name);
        String next = name("address-next");
        HOST.create(next, two, HOST.specification(name), Map.of(), Map.of());
        HOST.stop(name, Duration.ofSeconds(5));

        HOST.start(next);

        JsonNode networks = inspect(next).at("/NetworkSettings/Networks");
        assertThat(networks.at("/" + NETWORK + "/IPAddress").asText()).isEqualTo("10.231.77.60");
        assertThat(networks.at("/" + FURTHER_NETWORK + "/IPAddress").asText()).isEqualTo("10.231.78.60");
        assertThat(HOST.differences(HOST.specification(name), HOST.specification(next)))
                .isEmpty();
    }

    @Test
    void refusesToReplaceAContainerThatRemovesItself() {
        String name = run("self-removing", "--rm");

        assertThatThrownBy(() -> HOST.create(name("again"), one, HOST.specification(name), Map.of(), Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("HostConfig.AutoRemove");
    }

    @Test
    void keepsAnEntryPointThatWasTakenAway() {
        String withEntrypoint = DockerCli.image(RUN + ":3", "ENTRYPOINT [\"false\"]", "CMD [\"never\"]");
        String name = name("entrypoint");
        names.add(name);
        docker("create", "--name", name, "--entrypoint=", withEntrypoint, "sleep", "3");

        String again = name("entrypoint-again");
        HOST.create(again, withEntrypoint, HOST.specification(name), Map.of(), Map.of());

        assertThat(inspect(again).at("/Config/Entrypoint").isNull()).isTrue();
        assertThat(inspect(again).at("/Config/Cmd/0").asText()).isEqualTo("sleep");
    }

    @Test
    void changesAVariableAndNamesTheDifferenceWithoutItsValue() {
        String name = run("variable", "--env=FEATURE=on-geheim");
        JsonNode specification = HOST.specification(name);
        String changed = name("variable-changed");
        HOST.create(
                changed, one, specification, Map.of("FEATURE", "off", "MORE", "x"), Map.of("dev.sternway.plan", "p"));

        assertThat(HOST.differences(specification, HOST.specification(changed)))
                .containsExactly("Config.Env.FEATURE: another value", "Config.Env.MORE: not set → set");
        assertThat(HOST.findByLabel("dev.sternway.plan", "p"))
                .extracting(Container::name)
                .contains(changed);
    }

    @Test
    @Tag("S0-12")
    void showsNoValueThatMayBeASecret() {
        String secret = "canary-" + UUID.randomUUID();
        String name = run(
                "secrets",
                "--env=PLAIN=" + secret + "1",
                "--label=com.example.note=" + secret + "2",
                "--health-cmd=check " + secret + "3",
                "--log-opt=tag=" + secret + "4");
        JsonNode specification = HOST.specification(name);
        ObjectNode other = specification.deepCopy();
        ((ObjectNode) other.at("/Config/Labels")).put("com.example.note", "other");
        ((ObjectNode) other.at("/Config/Healthcheck"))
                .putArray("Test")
                .add("CMD-SHELL")
                .add("true");
        ((ObjectNode) other.at("/HostConfig/LogConfig/Config")).put("tag", "other");
        ((ObjectNode) other.get("Config")).putArray("Cmd").add("sleep").add(secret + "5");
        ((ObjectNode) other.get("Config")).putArray("Env").add("PLAIN=other");

        List<String> differences = HOST.differences(specification, other);

        assertThat(differences)
                .contains(
                        "Config.Env.PLAIN: another value",
                        "Config.Labels.com.example.note: another value",
                        "Config.Healthcheck.Test: another value",
                        "HostConfig.LogConfig.Config.tag: another value",
                        "Config.Cmd: not set → set")
                .noneMatch(difference -> difference.contains("canary"));
    }

    @Test
    void namesTheFieldThatWouldBeLost() {
        String name = run("lost", "--memory=64m", "--network=" + NETWORK, "--network-alias=shop");
        JsonNode specification = HOST.specification(name);
        ObjectNode poorer = specification.deepCopy();
        ((ObjectNode) poorer.get("HostConfig")).put("Memory", 0);
        ((ObjectNode) poorer.at("/Networks/" + NETWORK)).remove("Aliases");

        assertThat(HOST.differences(specification, poorer))
                .containsExactly(
                        "HostConfig.Memory: '67108864' → '0'",
                        "Networks." + NETWORK + ".Aliases: '[\"shop\"]' → not set");
    }

    @Test
    void refusesWhenAVolumeOrNetworkIsGone() {
        String name = run("gone");
        ObjectNode specification = HOST.specification(name).deepCopy();
        ((ObjectNode) specification.get("HostConfig"))
                .putArray("Binds")
                .add(RUN + "-missing:/data")
                .add("/tmp:/x");
        ((ObjectNode) specification.get("Networks")).putObject(RUN + "-nowhere");
        String again = name("gone-again");

        assertThatThrownBy(() -> HOST.create(again, one, specification, Map.of(), Map.of()))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.CONTAINER_SETTING_LOST);
                    assertThat(refusal)
                            .hasMessageContaining("volume '" + RUN + "-missing' for '/data'")
                            .hasMessageContaining("network '" + RUN + "-nowhere'");
                });
        assertThat(HOST.find(again)).isEmpty();
    }

    @Test
    void tellsWhatACommandPrinted() {
        String name = run("execute");

        Executed executed = HOST.execute(
                name, List.of("sh", "-c", "echo \"$A $1\"; echo bad >&2; exit 3", "x", "b c"), Map.of("A", "ä"), LIMIT);

        assertThat(executed).isEqualTo(new Executed(3, "ä b c\n", "bad\n"));
    }

    @Test
    void tellsThatACommandIsNotInTheImage() {
        String name = run("nocommand");

        Executed executed = HOST.execute(name, List.of("nonesuch"), Map.of(), LIMIT);

        assertThat(executed.exitCode()).isIn(126, 127);
    }

    @Test
    void givesUpOnACommandThatDoesNotEnd() {
        String name = run("limit");

        assertThatThrownBy(() -> HOST.execute(name, List.of("sleep", "30"), Map.of(), Duration.ofMillis(300)))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("command 'sleep 30' in container '" + name + "' did not end within PT0.3S");
    }

    @Test
    void writesWhatACommandPrintsToAFile() throws IOException {
        String name = run("tofile");
        Path output = folder.resolve("busybox");

        Executed executed = HOST.executeToFile(name, List.of("cat", "/bin/busybox"), Map.of(), output, LIMIT);

        assertThat(executed.exitCode()).isZero();
        assertThat(Files.mismatch(output, Path.of("/bin/busybox"))).isEqualTo(-1);
    }

    @Test
    void copiesAFileInForItsOwnerAlone() throws IOException {
        String name = run("copy");
        Path file = folder.resolve("large");
        byte[] content = new byte[1_000_001];
        Arrays.fill(content, (byte) 'x');
        Files.write(file, content);

        HOST.copyIn(name, file, "/tmp/copied", 101);

        assertThat(HOST.execute(name, List.of("stat", "-c", "%a %u %s", "/tmp/copied"), Map.of(), LIMIT)
                        .output())
                .isEqualTo("600 101 1000001\n");
    }

    @Test
    void readsTheLastLinesOfBothStreams() {
        String name = name("logs");
        names.add(name);
        docker("run", "-d", "--name", name, one, "sh", "-c", "echo 1; echo 2; echo 3 >&2");

        // The engine itself does not keep the order between the two streams.
        await().untilAsserted(() -> assertThat(HOST.logs(name, 3)).containsExactlyInAnyOrder("1", "2", "3"));
        assertThat(HOST.logs(name, 2)).hasSize(2);
    }

    @Test
    void stopsRenamesAndNeverRestarts() {
        String name = run("life", "--restart=always");
        String id = HOST.find(name).orElseThrow().id();
        String kept = name("life.failed");

        HOST.stop(name, Duration.ofSeconds(5));
        HOST.stop(name, Duration.ofSeconds(5));
        HOST.rename(id, kept);
        HOST.neverRestart(kept);

        assertThat(HOST.find(name)).isEmpty();
        Container stopped = HOST.find(kept).orElseThrow();
        assertThat(stopped.running()).isFalse();
        assertThat(stopped.exitCode()).isZero();
        assertThat(inspect(kept).at("/HostConfig/RestartPolicy/Name").asText()).isEqualTo("no");

        HOST.start(kept);
        HOST.start(kept);
        await().untilAsserted(
                        () -> assertThat(HOST.find(kept).orElseThrow().health()).isEqualTo("healthy"));
        assertThatThrownBy(() -> HOST.remove(kept))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining(kept);
    }

    @Test
    void knowsImagesByTheirId() {
        assertThat(HOST.hasImage(one)).isTrue();
        assertThat(HOST.hasImage("sha256:" + "0".repeat(64))).isFalse();
        assertThat(HOST.repositoryDigest(one)).isEmpty();
        assertThat(HOST.find(RUN + "-nobody")).isEmpty();
    }

    @Test
    void saysThatTheEngineIsAwayOnlyWhenItIsNeeded() throws IOException {
        DockerContainerHost away = new DockerContainerHost(new DockerSettings(
                "unix://" + folder.resolve("none.sock"), Duration.ofSeconds(1), Duration.ofSeconds(1)));

        assertThatThrownBy(() -> away.find("shop"))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("docker engine at 'unix://" + folder.resolve("none.sock") + "' does not answer");
        away.destroy();
    }

    private String name(String suffix) {
        String name = RUN + "-" + suffix;
        names.add(name);
        return name;
    }

    private String run(String suffix, String... options) {
        String name = name(suffix);
        create(name, one, options);
        docker("start", name);
        return name;
    }

    private static void create(String name, String image, String... options) {
        List<String> arguments = new ArrayList<>(List.of("create", "--name", name));
        arguments.addAll(List.of(options));
        arguments.add(image);
        docker(arguments);
    }

    private static void connectWithLinkAndOptions(String name, String neighbour) {
        docker(
                "network",
                "connect",
                "--alias=second",
                "--link=" + neighbour + ":db",
                "--driver-opt=some.option=x",
                FURTHER_NETWORK,
                name);
    }

    private static JsonNode inspect(String name) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(docker("inspect", name).getBytes(StandardCharsets.UTF_8))
                    .get(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An opinion of its own: compares the whole inspect, but for what must differ. */
    private static List<String> differencesOfInspect(String one, String other) {
        JsonNode first = inspect(one);
        JsonNode second = inspect(other);
        ((ObjectNode) first.at("/HostConfig")).remove("Binds");
        ((ObjectNode) second.at("/HostConfig")).remove("Binds");
        ((ObjectNode) first.at("/HostConfig")).remove("Mounts");
        ((ObjectNode) second.at("/HostConfig")).remove("Mounts");
        ((ObjectNode) first.at("/HostConfig")).remove("ConsoleSize");
        ((ObjectNode) second.at("/HostConfig")).remove("ConsoleSize");
        ((ObjectNode) first.at("/Config")).remove(List.of("AttachStdout", "AttachStderr", "Volumes"));
        ((ObjectNode) second.at("/Config")).remove(List.of("AttachStdout", "AttachStderr", "Volumes"));
        List<String> differences = new ArrayList<>(Differences.between(first.get("Config"), second.get("Config")));
        differences.removeIf(path -> path.startsWith("Labels.dev.sternway."));
        differences.addAll(Differences.between(first.get("HostConfig"), second.get("HostConfig")));
        List<String> firstMounts = new ArrayList<>();
        first.get("Mounts").forEach(mount -> firstMounts.add(mount.get("Source") + "→" + mount.get("Destination")));
        List<String> secondMounts = new ArrayList<>();
        second.get("Mounts").forEach(mount -> secondMounts.add(mount.get("Source") + "→" + mount.get("Destination")));
        assertThat(secondMounts).containsExactlyInAnyOrderElementsOf(firstMounts);
        return differences;
    }
}
