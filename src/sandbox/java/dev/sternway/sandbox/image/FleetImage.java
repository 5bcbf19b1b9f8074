package dev.sternway.sandbox.image;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The image of a server as small as one can be: busybox alone. */
public final class FleetImage {
    private FleetImage() {}

    /** Builds it when it is not there yet; gives its name. */
    public static String build(DockerClient docker) {
        try {
            return BaseImages.small(new ImageStore(docker));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
