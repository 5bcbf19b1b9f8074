package dev.sternway.step.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.port.DataStore.Depth;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * The files of rows that would be lost, in a folder of the incident that only Sternway reads: written while a loss is
 * measured, named in the evidence with their SHA-256, and given out only as they were written.
 */
@Component
@EnableConfigurationProperties(LossSettings.class)
public class LostRowsArchive {
    private static final Logger LOG = LoggerFactory.getLogger(LostRowsArchive.class);
    private static final Pattern NAME = Pattern.compile("lost-rows-[A-Za-z0-9_-]+\\.zip");
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);
    private static final FileAttribute<?> OWN_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWN_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** The first measurement, which people saw, and the last one stay. */
    private static final int KEPT = 2;

    private static final Duration PART = Duration.ofDays(1);

    private final LossSettings settings;

    LostRowsArchive(LossSettings settings) {
        this.settings = settings;
    }

    /** What is done with a place for lost rows. */
    @FunctionalInterface
    interface Measuring {
        Loss with(Depth depth, LostRows lost);
    }

    /** A measured loss, and what is known of the file of its rows; null when no row would be lost. */
    record Measured(Loss loss, ObjectNode file) {}

    /** Measures with a file for the rows; where it cannot be written the loss is measured without. */
    Measured measure(String incidentId, String storeId, Measuring measuring) {
        LostRowsFile rows = new LostRowsFile(
                () -> newFile(incidentId),
                settings.largestFile().toBytes(),
                settings.keepFree().toBytes());
        LostRowsFile.Written written = null;
        try {
            Loss loss = measuring.with(settings.depth(), rows);
            written = rows.end();
            return new Measured(loss, keep(written, incidentId, storeId));
        } finally {
            remove(written == null ? rows.end().path() : written.path());
        }
    }

    private Path newFile(String incidentId) throws IOException {
        Path folder = folder(incidentId);
        Files.createDirectories(settings.directory());
        try {
            Files.createDirectory(folder, OWN_FOLDER);
        } catch (FileAlreadyExistsException thereAlready) {
            // an earlier measurement made it
        }
        return Files.createTempFile(folder, "lost-rows-", ".part", OWN_FILE);
    }

    private ObjectNode keep(LostRowsFile.Written written, String incidentId, String storeId) {
        if (written.failed() != null) {
            return failed(written.failed());
        }
        if (written.path() == null) {
            return null;
        }
        String name = "lost-rows-" + storeId.replaceAll("[^A-Za-z0-9_-]", "_") + "-" + TIME.format(Instant.now()) + "-"
                + written.sha256().substring(0, 8) + ".zip";
        try {
            Files.move(written.path(), folder(incidentId).resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return failed(e.toString());
        }
        tidy(incidentId, name);
        return JsonNodeFactory.instance
                .objectNode()
                .put("file", name)
                .put("bytes", written.bytes())
                .put("sha256", written.sha256())
                .put("onlyLive", written.onlyLive())
                .put("changed", written.changed())
                .put("cut", written.cut());
    }

    private static ObjectNode failed(String why) {
        LOG.warn("The rows that would be lost were not written: {}", why);
        return JsonNodeFactory.instance.objectNode().put("failed", why);
    }

    /** A file as it was written, opened to be given out. */
    public record Opened(InputStream content, long bytes) {}

    /**
     * Opens a file that the evidence names.
     *
     * @throws Refusal when it is not there any more, or is not the one that was written
     */
    public Opened open(String incidentId, String name, String sha256) {
        Path file = folder(incidentId).resolve(name);
        if (!NAME.matcher(name).matches() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(
                    ErrorCode.LOSS_FILE_GONE,
                    "file '" + name + "' of incident '" + incidentId + "' is not in this machine's folder of incidents",
                    "it was removed after its time, or another node has it: look there below sternway.loss.directory.");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            // What was looked at is what is given out: the same open file.
            String seen = hash(channel);
            if (!seen.equals(sha256)) {
                channel.close();
                throw new Refusal(
                        ErrorCode.LOSS_FILE_ALTERED,
                        "file '" + name + "' has the SHA-256 " + seen + ", the evidence says " + sha256,
                        "somebody changed it; measure the loss again, or take the rows from the kept database.");
            }
            channel.position(0);
            return new Opened(Channels.newInputStream(channel), channel.size());
        } catch (IOException e) {
            throw new Refusal(
                    ErrorCode.LOSS_FILE_GONE,
                    "file '" + name + "' cannot be read: " + e,
                    "let Sternway read its own folder again.");
        }
    }

    private static String hash(FileChannel channel) throws IOException {
        try {
            DigestInputStream all =
                    new DigestInputStream(Channels.newInputStream(channel), MessageDigest.getInstance("SHA-256"));
            byte[] buffer = new byte[64 * 1024];
            while (all.read(buffer) >= 0) {
                // the digest sees it
            }
            return HexFormat.of().formatHex(all.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Path folder(String incidentId) {
        if (!FOLDER.matcher(incidentId).matches()) {
            throw new IllegalArgumentException("'" + incidentId + "' cannot be the name of a folder");
        }
        return settings.directory().resolve(incidentId);
    }

    /** Removes what was measured in between, and what is older than it may become. */
    private void tidy(String incidentId, String newest) {
        String ofStore = newest.replaceFirst("-\\d{14}-[0-9a-f]{8}\\.zip$", "");
        try (Stream<Path> all = Files.list(folder(incidentId))) {
            List<Path> measured = all.filter(each -> each.getFileName()
                            .toString()
                            .matches(Pattern.quote(ofStore) + "-\\d{14}-[0-9a-f]{8}\\.zip"))
                    .sorted(Comparator.comparing(each -> each.getFileName().toString()))
                    .toList();
            for (int i = 1; i < measured.size() - KEPT + 1; i++) {
                Files.deleteIfExists(measured.get(i));
            }
        } catch (IOException e) {
            LOG.warn("Old files of lost rows were not removed: {}", e.toString());
        }
        removeOld();
    }

    /** Rows of people are not kept for ever; what a kill left half written goes after a day. */
    private void removeOld() {
        Instant now = Instant.now();
        try (Stream<Path> all = Files.walk(settings.directory(), 2)) {
            for (Path file : all.filter(each -> {
                        String name = each.getFileName().toString();
                        return name.startsWith("lost-rows-") && (name.endsWith(".zip") || name.endsWith(".part"));
                    })
                    .toList()) {
                if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(now.minus(file.toString().endsWith(".part") ? PART : settings.keep()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("Old files of lost rows were not removed: {}", e.toString());
        }
    }

    private static void remove(Path part) {
        try {
            if (part != null) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            LOG.warn("'{}' was not removed: {}", part, e.toString());
        }
    }
}
