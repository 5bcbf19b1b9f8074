package dev.sternway.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps images from being pruned. A tag alone does not: {@code docker image prune -a} takes every image that no container
 * is made of, named or not. So a container is made of each, without network, volume or health check, and never started;
 * the tag tells people why the image is there and outlives that somebody takes its other names away.
 */
final class KeptImages {
    static final String KEEPER = "dev.sternway.keep";
    private static final String IMAGE = "dev.sternway.keep.image";
    private static final String REPOSITORY = "sternway/keep";
    private static final int SHORT = 12;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    private final DockerEngine engine;

    KeptImages(DockerEngine engine) {
        this.engine = engine;
    }

    void keep(String imageId, String keeper) {
        JsonNode image = DockerContainerHost.ok(
                engine.call(Method.GET, "/images/" + Names.encode(imageId) + "/json"), "image '" + imageId + "'");
        DockerContainerHost.ok(
                engine.call(
                        Method.POST,
                        "/images/" + Names.encode(imageId) + "/tag?repo=" + Names.encode(REPOSITORY) + "&tag="
                                + tag(imageId, keeper)),
                "tag of image '" + imageId + "'");
        DockerEngine.Answer made = engine.call(
                Method.POST, "/containers/create?name=" + name(imageId, keeper), body(imageId, keeper, image));
        if (made.status() != CONFLICT) {
            DockerContainerHost.ok(made, "container '" + name(imageId, keeper) + "'");
        }
    }

    private static ObjectNode body(String imageId, String keeper, JsonNode image) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("Image", imageId);
        body.putArray("Entrypoint");
        body.putArray("Cmd").add("kept-by-sternway");
        body.putObject("Labels").put(KEEPER, keeper).put(IMAGE, imageId);
        body.putObject("Healthcheck").putArray("Test").add("NONE");
        ObjectNode host = body.putObject("HostConfig").put("NetworkMode", "none");
        // Each volume of the image would be made anew, empty, and left behind.
        ObjectNode nowhere = host.putObject("Tmpfs");
        image.at("/Config/Volumes").fieldNames().forEachRemaining(path -> nowhere.put(path, ""));
        return body;
    }

    Set<String> of(String keeper) {
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        filters.putArray("label").add(KEEPER + "=" + keeper);
        JsonNode listed = DockerContainerHost.ok(
                engine.call(Method.GET, "/containers/json?all=true&filters=" + Names.encode(filters.toString())),
                "kept images");
        Set<String> kept = new TreeSet<>();
        listed.forEach(each -> kept.add(each.path("Labels").path(IMAGE).asText()));
        return kept;
    }

    void letGo(String imageId, String keeper) {
        gone(
                engine.call(Method.DELETE, "/containers/" + name(imageId, keeper) + "?v=true&force=false"),
                "container '" + name(imageId, keeper) + "'");
        DockerEngine.Answer untagged = engine.call(
                Method.DELETE, "/images/" + REPOSITORY + ":" + tag(imageId, keeper) + "?noprune=true&force=false");
        // Where it is its last name and somebody's container is made of it, it stays his.
        if (untagged.status() != CONFLICT) {
            gone(untagged, "tag of image '" + imageId + "'");
        }
    }

    private static void gone(DockerEngine.Answer answer, String what) {
        if (answer.status() != NOT_FOUND) {
            DockerContainerHost.ok(answer, what);
        }
    }

    private static String name(String imageId, String keeper) {
        return "sternway-keep-" + tag(imageId, keeper);
    }

    private static String tag(String imageId, String keeper) {
        String hex = imageId.substring(imageId.indexOf(':') + 1);
        return keeper + "-" + hex.substring(0, Math.min(SHORT, hex.length()));
    }
}
