package dev.sternway.adapter.postgres;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The beginning of a {@code pg_dump -Fc} archive, or of the {@code toc.dat} of {@code -Fd}: from which database and server it came.
 *
 * @param database the name of the database that was dumped
 * @param serverVersion of the server that it came from, e.g. {@code 15.18 (Debian 15.18-0+deb12u1)}
 */
record ArchiveHeader(String database, String serverVersion) {
    private static final String MAGIC = "PGDMP";
    private static final int LONGEST = 10_000;

    /** The two formats that are read here, as the header numbers them. */
    static final int CUSTOM = 1;

    /** A folder's table of contents says that it is one of a tar archive. */
    static final int DIRECTORY = 3;

    /** What is read is no archive. */
    static final class NotAnArchive extends Exception {
        private static final long serialVersionUID = 1L;

        NotAnArchive(String message) {
            super(message);
        }
    }

    /** @throws EOFException when the file ends within the header */
    static ArchiveHeader read(Path file, int wanted) throws IOException, NotAnArchive {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            byte[] magic = new byte[MAGIC.length()];
            in.readFully(magic);
            if (!new String(magic, StandardCharsets.US_ASCII).equals(MAGIC)) {
                throw new NotAnArchive("it does not begin with '" + MAGIC + "'");
            }
            int version = in.readUnsignedByte() * 100 + in.readUnsignedByte();
            in.readUnsignedByte(); // revision
            int intSize = in.readUnsignedByte();
            in.readUnsignedByte(); // size of offsets
            int format = in.readUnsignedByte();
            if (version < 110 || format != wanted || intSize > 8) {
                throw new NotAnArchive("it is not in the wanted format of a known version");
            }
            if (version >= 115) {
                in.readUnsignedByte(); // compression algorithm
            } else {
                integer(in, intSize); // compression level
            }
            for (int dateField = 0; dateField < 7; dateField++) {
                integer(in, intSize);
            }
            return new ArchiveHeader(text(in, intSize), text(in, intSize));
        }
    }

    private static long integer(DataInputStream in, int size) throws IOException {
        boolean negative = in.readUnsignedByte() != 0;
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (long) in.readUnsignedByte() << (8 * i);
        }
        return negative ? -value : value;
    }

    private static String text(DataInputStream in, int size) throws IOException, NotAnArchive {
        long length = integer(in, size);
        if (length < 0) {
            return "";
        }
        if (length > LONGEST) {
            throw new NotAnArchive("its header is damaged");
        }
        byte[] bytes = new byte[(int) length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The first number of a version, e.g. 15. */
    static int major(String version) {
        String digits = version == null ? "" : version.strip().split("\\D", 2)[0];
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
