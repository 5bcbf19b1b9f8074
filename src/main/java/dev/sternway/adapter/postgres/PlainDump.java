package dev.sternway.adapter.postgres;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Reads a dump in SQL to its end, as psql would split it: quotes, dollar quotes, comments and the rows of COPY are passed
 * over, and what would leave the database that it is loaded into is found.
 */
final class PlainDump {
    private static final String MARKER = "-- PostgreSQL database dump complete";
    private static final Pattern FROM_SERVER = Pattern.compile("-- Dumped from database version (\\S+)");
    private static final Pattern COPY_IN = Pattern.compile("(?is)copy\\b.*\\bfrom\\s+stdin\\b.*");
    private static final Pattern DOLLAR = Pattern.compile("\\$(?:[A-Za-z_\\x80-\\uFFFF][\\w\\x80-\\uFFFF]*)?\\$");

    /** Acts on the server, on other databases or on its files, whatever database one is in. */
    private static final Pattern LEAVES = Pattern.compile(
            "(?is)(?:(?:create|drop|alter)\\s+(?:database|role|user(?!\\s+mapping)|group|tablespace|system|subscription)\\b"
                    + "|copy\\b.*\\b(?:to\\b|from\\b(?!\\s+stdin\\b))"
                    + "|(?:commit|rollback|abort|end|begin|start\\s+transaction|prepare\\s+transaction)\\b"
                    + "|set\\s+(?:session\\s+authorization|role)\\b|load\\b|vacuum\\b"
                    + "|set\\s+standard_conforming_strings\\s*=(?!\\s*on\\b)).*");

    /** A body in SQL has semicolons of its own. */
    private static final Pattern BODY_OPEN =
            Pattern.compile("(?is)create\\s+(?:or\\s+replace\\s+)?(?:function|procedure)\\b.*\\bbegin\\s+atomic\\b.*");

    private static final int LONGEST_HEAD = 2_000;
    private static final int LONGEST_LINE = 64 << 20;

    /** What is read is no dump that may be loaded. */
    static final class NotLoadable extends Exception {
        private static final long serialVersionUID = 1L;

        NotLoadable(String message) {
            super(message);
        }
    }

    /** The file ends before the dump does. */
    static final class Truncated extends Exception {
        private static final long serialVersionUID = 1L;

        Truncated(String message) {
            super(message);
        }
    }

    /** Where the reader is. */
    private enum Within {
        STATEMENT,
        QUOTE,
        ESCAPED_QUOTE,
        NAME,
        DOLLAR,
        COMMENT,
        ROWS
    }

    private Within within = Within.STATEMENT;
    private String dollar;
    private int commentDepth;
    private final StringBuilder statement = new StringBuilder();
    private final StringBuilder lastWord = new StringBuilder();
    private boolean wordEnded = true;
    private String serverVersion;
    private boolean marked;
    private boolean afterMarker;
    private long line;

    private PlainDump() {}

    /**
     * Reads a dump.
     *
     * @return the version of the server that it came from, or null when it does not say
     */
    static String read(Path file, boolean gzip) throws IOException, NotLoadable, Truncated {
        PlainDump dump = new PlainDump();
        try (InputStream raw = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
                InputStream in = new BufferedInputStream(gzip ? new GZIPInputStream(raw, 1 << 16) : raw, 1 << 16)) {
            dump.read(in);
        }
        return dump.serverVersion;
    }

    private void read(InputStream in) throws IOException, NotLoadable, Truncated {
        byte[] buffer = new byte[1 << 16];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            int from = 0;
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    bytes.write(buffer, from, i - from);
                    line(bytes.toString(StandardCharsets.UTF_8));
                    bytes.reset();
                    from = i + 1;
                }
            }
            bytes.write(buffer, from, read - from);
            if (bytes.size() > LONGEST_LINE) {
                throw new NotLoadable("line " + (line + 1) + " is longer than " + (LONGEST_LINE >> 20) + " MB");
            }
        }
        if (bytes.size() > 0) {
            line(bytes.toString(StandardCharsets.UTF_8));
        }
        if (within != Within.STATEMENT || !statement.toString().isBlank()) {
            throw new Truncated("ends within " + (within == Within.ROWS ? "the rows of a table" : "a statement"));
        }
        if (!marked) {
            throw new Truncated("does not end with '" + MARKER + "'");
        }
    }

    private void line(String text) throws NotLoadable {
        line++;
        String plain = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (within == Within.ROWS) {
            if (plain.equals("\\.")) {
                within = Within.STATEMENT;
            }
            return;
        }
        if (within == Within.STATEMENT && statement.length() == 0 && plain.startsWith("--")) {
            if (plain.equals(MARKER)) {
                marked = true;
                afterMarker = true;
            }
            Matcher from = FROM_SERVER.matcher(plain);
            if (from.find() && serverVersion == null) {
                serverVersion = from.group(1);
            }
            return;
        }
        if (within == Within.STATEMENT && statement.toString().isBlank() && plain.startsWith("\\")) {
            command(plain);
            return;
        }
        if (afterMarker && !plain.isBlank()) {
            throw notLoadable("goes on after '" + MARKER + "': more than one dump in one file is not loaded");
        }
        scan(plain + "\n");
    }

    /** Newer versions of pg_dump put the whole dump between these two; they harm nothing. */
    private void command(String text) throws NotLoadable {
        if (!text.matches("\\\\(?:un)?restrict [A-Za-z0-9]+")) {
            throw notLoadable("has the psql command '" + cut(text) + "'");
        }
    }

    private void scan(String text) throws NotLoadable {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            switch (within) {
                case STATEMENT -> i = outside(text, i, c, next);
                case QUOTE -> within = c == '\'' ? Within.STATEMENT : within;
                case ESCAPED_QUOTE -> {
                    if (c == '\\') {
                        i++;
                    } else if (c == '\'') {
                        within = Within.STATEMENT;
                    }
                }
                case NAME -> within = c == '"' ? Within.STATEMENT : within;
                case DOLLAR -> {
                    if (text.startsWith(dollar, i)) {
                        i += dollar.length() - 1;
                        within = Within.STATEMENT;
                    }
                }
                case COMMENT -> {
                    if (c == '*' && next == '/') {
                        i++;
                        commentDepth--;
                        within = commentDepth == 0 ? Within.STATEMENT : within;
                    } else if (c == '/' && next == '*') {
                        i++;
                        commentDepth++;
                    }
                }
                case ROWS -> {
                    // The rest of the line is blank; rows begin on the next.
                    return;
                }
                default -> throw new IllegalStateException();
            }
        }
    }

    private int outside(String text, int at, char c, char next) throws NotLoadable {
        if (c == '\'') {
            boolean escapes = at > 0
                    && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e')
                    && (at < 2 || !Character.isLetterOrDigit(text.charAt(at - 2)));
            within = escapes ? Within.ESCAPED_QUOTE : Within.QUOTE;
            keep(' ');
        } else if (c == '"') {
            within = Within.NAME;
            keep('x');
        } else if (c == '-' && next == '-') {
            keep(' ');
            return text.length();
        } else if (c == '/' && next == '*') {
            within = Within.COMMENT;
            commentDepth = 1;
            keep(' ');
            return at + 1;
        } else if (c == '$' && (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))) {
            Matcher tag = DOLLAR.matcher(text).region(at, text.length());
            if (tag.lookingAt()) {
                dollar = tag.group();
                within = Within.DOLLAR;
                keep(' ');
                return at + dollar.length() - 1;
            }
            keep(c);
        } else if (c == '\\') {
            throw notLoadable("has the psql command '" + cut(text.substring(at).strip()) + "'");
        } else if (c == ';') {
            end(text.substring(at + 1));
        } else {
            keep(c);
        }
        return at;
    }

    private void keep(char c) {
        boolean letter = Character.isLetterOrDigit(c) || c == '_';
        if (letter && wordEnded) {
            lastWord.setLength(0);
        }
        if (letter && lastWord.length() < 10) {
            lastWord.append(c);
        }
        wordEnded = !letter;
        if (statement.length() < LONGEST_HEAD && !(statement.length() == 0 && Character.isWhitespace(c))) {
            statement.append(c);
        }
    }

    private void end(String rest) throws NotLoadable {
        String head = statement.toString();
        if (BODY_OPEN.matcher(head).matches() && !lastWord.toString().equalsIgnoreCase("end")) {
            keep(';');
            return;
        }
        statement.setLength(0);
        if (LEAVES.matcher(head).matches()) {
            throw notLoadable("would do more than fill one database: '" + cut(head) + "'");
        }
        if (COPY_IN.matcher(head).matches()) {
            if (!rest.isBlank()) {
                throw notLoadable("has something behind COPY … FROM stdin;");
            }
            within = Within.ROWS;
        }
    }

    private NotLoadable notLoadable(String fact) {
        return new NotLoadable(fact + " (line " + line + ")");
    }

    private static String cut(String text) {
        String one = text.strip().replaceAll("\\s+", " ");
        return one.length() > 60 ? one.substring(0, 60).toLowerCase(Locale.ROOT) + " …" : one;
    }
}
