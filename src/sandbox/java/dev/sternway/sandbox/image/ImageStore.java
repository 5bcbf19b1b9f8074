package dev.sternway.sandbox.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Puts images into the engine, each once: the tag holds a hash of everything that went into the image. */
final class ImageStore {
    static final String RECIPE_LABEL = "example.shop.recipe";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DockerClient docker;

    ImageStore(DockerClient docker) {
        this.docker = docker;
    }

    Optional<String> find(String name) {
        try {
            return Optional.of(docker.inspectImageCmd(name).exec().getId());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Loads a root file system as an image of one layer, unless it is there; gives the image's name. */
    String load(String repository, String recipe, Supplier<FileTree> content) throws IOException {
        String name = repository + ":" + hash(recipe);
        if (find(name).isPresent()) {
            return name;
        }
        Path layer = Files.createTempFile("sandbox-layer", ".tar");
        Path archive = Files.createTempFile("sandbox-image", ".tar");
        try {
            String digest = writeLayer(content.get(), layer);
            writeArchive(archive, name, configuration(digest, recipe), layer);
            try (InputStream in = Files.newInputStream(archive)) {
                docker.loadImageCmd(in).exec();
            }
        } finally {
            Files.deleteIfExists(layer);
            Files.deleteIfExists(archive);
        }
        find(name).orElseThrow(() -> new IllegalStateException("the engine did not take image '" + name + "'"));
        return name;
    }

    /** Builds an image from a context with a Dockerfile, unless it is there; gives the image's name. */
    String build(String repository, String version, String recipe, Supplier<FileTree> context) throws IOException {
        String name = repository + ":" + version + "-" + hash(recipe);
        if (find(name).isPresent()) {
            return name;
        }
        Path tar = Files.createTempFile("sandbox-context", ".tar");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
                context.get().writeTo(out);
            }
            try (InputStream in = Files.newInputStream(tar)) {
                docker.buildImageCmd(in)
                        .withTags(Set.of(name))
                        .withLabels(Map.of(RECIPE_LABEL, hash(recipe)))
                        .withForcerm(true)
                        .exec(new BuildImageResultCallback())
                        .awaitImageId(3, TimeUnit.MINUTES);
            }
        } finally {
            Files.deleteIfExists(tar);
        }
        return name;
    }

    private static String writeLayer(FileTree content, Path layer) throws IOException {
        MessageDigest digest = sha256();
        try (OutputStream out =
                new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(layer)), digest)) {
            content.writeTo(out);
        }
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] configuration(String layer, String recipe) throws JsonProcessingException {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        return JSON.writeValueAsBytes(Map.of(
                "architecture",
                architecture,
                "os",
                "linux",
                "config",
                Map.of("Labels", Map.of(RECIPE_LABEL, hash(recipe))),
                "rootfs",
                Map.of("type", "layers", "diff_ids", List.of(layer))));
    }

    private static void writeArchive(Path archive, String name, byte[] configuration, Path layer) throws IOException {
        String configurationFile = HexFormat.of().formatHex(sha256().digest(configuration)) + ".json";
        byte[] manifest = JSON.writeValueAsBytes(List.of(
                Map.of("Config", configurationFile, "RepoTags", List.of(name), "Layers", List.of("base/layer.tar"))));
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(archive)))) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            add(tar, "manifest.json", manifest);
            add(tar, configurationFile, configuration);
            TarArchiveEntry entry = new TarArchiveEntry("base/layer.tar");
            entry.setSize(Files.size(layer));
            tar.putArchiveEntry(entry);
            Files.copy(layer, tar);
            tar.closeArchiveEntry();
        }
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    static String hash(String text) {
        return HexFormat.of()
                .formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)))
                .substring(0, 12);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
