package dev.sternway.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/** Commands in running containers, files into them, and what they print. */
final class DockerCommands {
    private static final int BLOCK = 512;
    private static final int OWNER_ONLY = 0600;
    private static final Duration LOG_LIMIT = Duration.ofSeconds(20);
    private static final Duration EXIT_CODE_LIMIT = Duration.ofSeconds(5);

    private final DockerEngine engine;

    DockerCommands(DockerEngine engine) {
        this.engine = engine;
    }

    Executed execute(String container, List<String> command, Map<String, String> environment, Duration limit) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Executed executed = run(container, command, environment, output, limit);
        return new Executed(executed.exitCode(), output.toString(StandardCharsets.UTF_8), executed.errors());
    }

    Executed executeToFile(
            String container, List<String> command, Map<String, String> environment, Path file, Duration limit) {
        try (OutputStream output = Files.newOutputStream(file)) {
            return run(container, command, environment, output, limit);
        } catch (IOException e) {
            throw new OutsideException("file '" + file + "' cannot be written: " + e.getMessage(), e);
        }
    }

    private Executed run(
            String container,
            List<String> command,
            Map<String, String> environment,
            OutputStream output,
            Duration limit) {
        String what = "command '" + String.join(" ", command) + "' in container '" + container + "'";
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("AttachStdout", true).put("AttachStderr", true);
        command.forEach(body.putArray("Cmd")::add);
        environment.forEach((name, value) -> body.withArray("Env").add(name + "=" + value));
        String id = DockerContainerHost.ok(
                        engine.call(Method.POST, "/containers/" + Names.container(container) + "/exec", body), what)
                .path("Id")
                .asText();
        StreamedOutput streamed = engine.client().execStartCmd(id).exec(new StreamedOutput(output));
        streamed.await(limit, what);
        return new Executed(exitCode(id, what), "", streamed.errors());
    }

    /** The engine closes the stream a moment before it knows the exit code. */
    private int exitCode(String execId, String what) {
        long end = System.nanoTime() + TimeLimit.atMost(EXIT_CODE_LIMIT).toNanos();
        while (System.nanoTime() < end) {
            JsonNode state = DockerContainerHost.ok(engine.call(Method.GET, "/exec/" + execId + "/json"), what);
            if (!state.path("Running").asBoolean() && state.path("ExitCode").isNumber()) {
                return state.path("ExitCode").asInt();
            }
            pause();
        }
        throw new OutsideException(what + " closed its output and runs on");
    }

    void copyIn(String container, Path file, String targetPath, int ownerUid) {
        int slash = targetPath.lastIndexOf('/');
        String folder = slash == 0 ? "/" : targetPath.substring(0, slash);
        try (InputStream archive = archive(file, targetPath.substring(slash + 1), ownerUid)) {
            String path = "/containers/" + Names.container(container) + "/archive?noOverwriteDirNonDir=true&path="
                    + Names.encode(folder);
            DockerContainerHost.ok(
                    engine.upload(path, archive), "file '" + targetPath + "' in container '" + container + "'");
        } catch (IOException e) {
            throw new OutsideException("file '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** A tar archive of one file, without holding the file in memory. */
    private static InputStream archive(Path file, String name, int ownerUid) throws IOException {
        long size = Files.size(file);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(OWNER_ONLY);
        entry.setIds(ownerUid, ownerUid);
        entry.setModTime(Files.getLastModifiedTime(file));
        byte[] header = new byte[BLOCK];
        ZipEncoding utf8 = ZipEncodingHelper.getZipEncoding(StandardCharsets.UTF_8.name());
        entry.writeEntryHeader(header, utf8, true);
        int padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(header),
                Files.newInputStream(file),
                new ByteArrayInputStream(new byte[padding + 2 * BLOCK]))));
    }

    List<String> logs(String container, int lines) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        engine.client()
                .logContainerCmd(container)
                .withStdOut(true)
                .withStdErr(true)
                .withTail(lines)
                .exec(new StreamedOutput(output, output))
                .await(LOG_LIMIT, "reading the log of container '" + container + "'");
        return output.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted", e);
        }
    }
}
