package dev.sternway.catalogue;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The file of one part of a backup: found without following links, read once for its checksum, and the same file until
 * its use has ended.
 */
public final class BackupFile {
    /** What a file cannot change without leaving a trace here: the kernel sets the time of the last change. */
    private static final String IDENTITY = "unix:dev,ino,size,lastModifiedTime,ctime";

    private final Path path;
    private final Map<String, Object> identity;

    private BackupFile(Path path, Map<String, Object> identity) {
        this.path = path;
        this.identity = identity;
    }

    /**
     * Finds the file and reads it for its checksum.
     *
     * @param directory the folder that the part's file is named relative to
     * @throws Refusal when it is missing, no file, unreadable, too short or not what was written
     */
    public static BackupFile verified(BackupSet.Part part, Path directory) {
        Path file = located(part.file(), directory);
        try {
            Map<String, Object> before = identity(file);
            long size = (Long) before.get("size");
            if (size < part.bytes()) {
                throw refusal(
                        ErrorCode.BACKUP_TRUNCATED, file, "has " + size + " bytes, " + part.bytes() + " were written");
            }
            if (size > part.bytes() || !sha256(file).equals(part.sha256())) {
                throw refusal(ErrorCode.BACKUP_ALTERED, file, "is not what was written: its checksum differs");
            }
            BackupFile verified = new BackupFile(file, before);
            verified.requireUnchanged();
            return verified;
        } catch (NoSuchFileException e) {
            throw missing(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /**
     * Called when the file has been used.
     *
     * @throws Refusal when it is not the one whose checksum was right
     */
    public void requireUnchanged() {
        try {
            if (identity(path).equals(identity)) {
                return;
            }
        } catch (IOException e) {
            // A file that went away was changed too.
        }
        throw refusal(ErrorCode.BACKUP_SWAPPED, path, "was replaced or changed while it was in use");
    }

    /** A plain, readable file below the directory, no part of whose path is a link. */
    static Path located(String name, Path directory) {
        Path folder = directory.toAbsolutePath().normalize();
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw refusal(ErrorCode.BACKUP_NOT_A_FILE, file, "is not below the backup directory");
        }
        PosixFileAttributes attributes;
        try {
            for (Path above = file.getParent(); !above.equals(folder); above = above.getParent()) {
                if (Files.isSymbolicLink(above)) {
                    throw refusal(ErrorCode.BACKUP_NOT_A_FILE, file, "is reached through the link '" + above + "'");
                }
            }
            attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw missing(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (!attributes.isRegularFile()) {
            String what = attributes.isSymbolicLink() ? "a link" : attributes.isDirectory() ? "a folder" : "no file";
            throw refusal(ErrorCode.BACKUP_NOT_A_FILE, file, "is " + what);
        }
        // Who is root reads it all the same; the server's tools and the next node may not be.
        if (!attributes.permissions().contains(PosixFilePermission.OWNER_READ) || !Files.isReadable(file)) {
            throw refusal(ErrorCode.BACKUP_UNREADABLE, file, "cannot be read: its mode forbids it");
        }
        return file;
    }

    private static Map<String, Object> identity(Path file) throws IOException {
        return Files.readAttributes(file, IDENTITY, LinkOption.NOFOLLOW_LINKS);
    }

    /** The checksum of a file that is no link. */
    public static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Refusal missing(Path file) {
        return refusal(ErrorCode.BACKUP_MISSING, file, "is not there");
    }

    private static RuntimeException unreadable(Path file, IOException e) {
        return Files.isReadable(file)
                ? new OutsideException("backup file '" + file + "' cannot be read: " + e.getMessage(), e)
                : refusal(ErrorCode.BACKUP_UNREADABLE, file, "cannot be read: " + e.getMessage());
    }

    /** Says what is wrong with a backup's file; nothing was touched. */
    public static Refusal refusal(ErrorCode code, Path file, String fact) {
        return new Refusal(code, "backup file '" + file + "' " + fact, "choose another backup; nothing was touched.");
    }
}
