package dev.sternway.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The directory that one Sternway keeps its data in, locked for as long as it runs; a crash frees the lock. */
final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates the directory when it is missing, and locks it; refuses when another Sternway holds it. */
    static DataDirectory lock(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        Path file = path.resolve("sternway.lock");
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new Refusal(
                        ErrorCode.DATA_DIRECTORY_IN_USE,
                        "data directory '" + path + "' is in use by process '"
                                + Files.readString(file).trim() + "'",
                        "stop that Sternway first, or give this one another directory with --data DIR.");
            }
            byte[] holder = (ProcessHandle.current().pid() + "\n").getBytes(UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(holder), 0);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new OutsideException("data directory '" + path + "' cannot be used: " + e, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new OutsideException("lock of data directory '" + path + "' cannot be given back", e);
        }
    }
}
