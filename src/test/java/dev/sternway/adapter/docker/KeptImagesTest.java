package dev.sternway.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real prune, of this test's own images only: what is kept stays, what only has a name goes (A.7.8). */
@Tag("docker")
@Tag("S4-32")
class KeptImagesTest {
    private static final String RUN =
            "sternway-prune-" + UUID.randomUUID().toString().substring(0, 8);
    private static final String LABEL = "dev.sternway.test=" + RUN;
    private static final String KEEPER = RUN.substring(RUN.length() - 8);
    private static final DockerContainerHost HOST =
            new DockerContainerHost(new DockerSettings("", Duration.ofSeconds(5), Duration.ofSeconds(60)));

    private String kept;
    private String free;

    @BeforeEach
    void twoImagesWithoutAContainer() {
        kept = DockerCli.image(
                RUN + ":kept", "LABEL " + LABEL, "ENV A=1", "VOLUME /data", "HEALTHCHECK CMD [\"true\"]");
        free = DockerCli.image(RUN + ":free", "LABEL " + LABEL, "ENV A=2");
    }

    @AfterEach
    void nothingIsLeft() {
        HOST.letImageGo(kept, KEEPER);
        DockerCli.tidy("rmi", "-f", RUN + ":kept", RUN + ":free", RUN + ":named");
    }

    private static void prune() {
        DockerCli.docker("image", "prune", "--all", "--force", "--filter", "label=" + LABEL);
    }

    @Test
    void aKeptImageOutlivesAPruneThatTakesWhatOnlyHasAName() {
        HOST.keepImage(kept, KEEPER);
        HOST.keepImage(kept, KEEPER);
        DockerCli.docker("tag", free, RUN + ":named");

        prune();

        assertThat(HOST.hasImage(kept)).isTrue();
        assertThat(HOST.hasImage(free)).isFalse();
        assertThat(HOST.keptImages(KEEPER)).containsExactly(kept);
        assertThat(HOST.keptImages("another")).isEmpty();
    }

    @Test
    void aPruneOfContainersThatSparesTheLabelLeavesTheHold() {
        HOST.keepImage(kept, KEEPER);

        DockerCli.docker(
                "container",
                "prune",
                "--force",
                "--filter",
                "label=" + LABEL,
                "--filter",
                "label!=" + KeptImages.KEEPER);
        prune();
        assertThat(HOST.hasImage(kept)).isTrue();

        DockerCli.docker("container", "prune", "--force", "--filter", "label=" + LABEL);
        assertThat(HOST.keptImages(KEEPER)).isEmpty();
        HOST.keepImage(kept, KEEPER);
        prune();
        assertThat(HOST.hasImage(kept)).isTrue();
    }

    @Test
    void itOutlivesThatItsNameIsTakenAway() {
        HOST.keepImage(kept, KEEPER);

        DockerCli.docker("rmi", "--force", RUN + ":kept");
        prune();

        assertThat(HOST.hasImage(kept)).isTrue();
    }

    @Test
    void nothingOfItRunsAndNoVolumeIsMade() {
        HOST.keepImage(kept, KEEPER);

        String holder = "sternway-keep-" + KEEPER + "-" + kept.substring("sha256:".length(), "sha256:".length() + 12);
        assertThat(DockerCli.docker(
                        "inspect", "-f", "{{.State.Status}} {{json .Mounts}} {{.HostConfig.NetworkMode}}", holder))
                .isEqualTo("created [] none");
    }

    @Test
    void whatIsLetGoIsPrunedLikeAnyOther() {
        HOST.keepImage(kept, KEEPER);

        HOST.letImageGo(kept, KEEPER);
        HOST.letImageGo(kept, KEEPER);
        assertThat(HOST.hasImage(kept)).isTrue();
        prune();

        assertThat(HOST.hasImage(kept)).isFalse();
        assertThat(HOST.keptImages(KEEPER)).isEmpty();
    }
}
