package dev.sternway.step.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sternway.port.DataStore.LostRows;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes lost rows while they are found: one archive, in it for each table one file of JSON lines, and last a file that
 * tells what is there and what is not. It is begun with the first row, never grows above its bound and never makes the
 * measuring fail.
 */
final class LostRowsFile implements LostRows {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    /** How often the disk is looked at. */
    private static final long LOOK_EVERY = 4L << 20;

    /** Makes a new, empty file. */
    @FunctionalInterface
    interface Place {
        Path create() throws IOException;
    }

    private final Place place;
    private final long largest;
    private final long keepFree;
    private final MessageDigest digest = sha256();
    private final StringBuilder contents = new StringBuilder();

    private Path path;
    private Counted counted;
    private ZipOutputStream zip;
    private String table;
    private List<String> columns;
    private boolean entered;
    private int entries;
    private long ofTable;
    private long onlyLive;
    private long changed;
    private long lookedAt;
    private String cut;
    private String failed;

    LostRowsFile(Place place, long largest, long keepFree) {
        this.place = place;
        this.largest = largest;
        this.keepFree = keepFree;
    }

    private void begin() throws IOException {
        path = place.create();
        counted = new Counted(new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(path)), digest));
        zip = new ZipOutputStream(counted, StandardCharsets.UTF_8);
        lookAtTheDisk();
    }

    /**
     * What was written.
     *
     * @param path null when there was no row
     * @param cut why not all of it is there, or null
     * @param failed why nothing is there, or null
     */
    record Written(Path path, long bytes, String sha256, long onlyLive, long changed, String cut, String failed) {}

    @Override
    public boolean full() {
        return cut != null || failed != null;
    }

    @Override
    public void table(String name, List<String> names) {
        closeTable();
        table = name;
        columns = List.copyOf(names);
    }

    @Override
    public void row(Why why, List<String> values) {
        if (full()) {
            return;
        }
        try {
            if (zip == null) {
                begin();
            }
            if (full()) {
                return;
            }
            enter();
            try (JsonGenerator line = JSON.createGenerator(zip)) {
                line.writeStartObject();
                line.writeStringField("lost", why == Why.ONLY_LIVE ? "only live" : "changed");
                line.writeObjectFieldStart("row");
                for (int i = 0; i < columns.size(); i++) {
                    line.writeStringField(columns.get(i), values.get(i));
                }
                line.writeEndObject();
                line.writeEndObject();
            }
            zip.write('\n');
            ofTable++;
            onlyLive += why == Why.ONLY_LIVE ? 1 : 0;
            changed += why == Why.CHANGED ? 1 : 0;
            bound();
        } catch (IOException e) {
            failed = e.toString();
        }
    }

    private void enter() throws IOException {
        if (!entered) {
            entries++;
            String name = "%03d-%s.jsonl".formatted(entries, table.replaceAll("[^A-Za-z0-9._-]", "_"));
            zip.putNextEntry(new ZipEntry(name));
            contents.append(name).append("  ").append(table).append(": ");
            entered = true;
        }
    }

    private void bound() throws IOException {
        if (counted.bytes >= largest) {
            cut = "cut at " + largest + " bytes (sternway.loss.largest-file)";
        } else if (counted.bytes - lookedAt >= LOOK_EVERY) {
            lookAtTheDisk();
        }
    }

    private void lookAtTheDisk() throws IOException {
        lookedAt = counted.bytes;
        if (Files.getFileStore(path).getUsableSpace() <= keepFree) {
            cut = "cut because the disk of '" + path.getParent() + "' has no more than " + keepFree
                    + " bytes left (sternway.loss.keep-free)";
        }
    }

    private void closeTable() {
        if (entered) {
            contents.append(ofTable).append(" rows\n");
        }
        entered = false;
        ofTable = 0;
    }

    /** Ends the archive. */
    Written end() {
        closeTable();
        if (zip != null) {
            try (ZipOutputStream all = zip) {
                all.putNextEntry(new ZipEntry("CONTENTS.txt"));
                all.write(("The live version of rows that exist only in the live store, and of rows that differ.\n"
                                + "One JSON object for each row; every value is the text that the database writes.\n\n"
                                + contents + (cut == null ? "" : "\nNOT ALL ROWS ARE HERE: " + cut + "\n"))
                        .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                failed = failed == null ? e.toString() : failed;
            }
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        return new Written(path, counted == null ? 0 : counted.bytes, sha256, onlyLive, changed, cut, failed);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Counts what goes to the disk. */
    private static final class Counted extends FilterOutputStream {
        private long bytes;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] b, int from, int length) throws IOException {
            out.write(b, from, length);
            bytes += length;
        }
    }
}
