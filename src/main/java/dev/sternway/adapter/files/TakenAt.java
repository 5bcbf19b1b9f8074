package dev.sternway.adapter.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a backup of another program was taken, as far as its file tells. */
public final class TakenAt {
    private static final Pattern TIME =
            Pattern.compile("(20\\d\\d)-?(\\d\\d)-?(\\d\\d)[-_T]?(\\d\\d)[-:]?(\\d\\d)[-:]?(\\d\\d)");

    private TakenAt() {}

    /**
     * The later one of its last change and the time in its name, which scripts take from a clock of any zone: too early a
     * time would offer what holds the harm already.
     *
     * @param named what has the time in its name
     * @param changed whose last change counts
     */
    public static Instant of(Path named, Path changed) throws IOException {
        Instant change = Files.getLastModifiedTime(changed, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
        Instant inName = inName(named);
        return inName != null && inName.isAfter(change) ? inName : change;
    }

    /** The time in its name, as if it were UTC; null when there is none. */
    private static Instant inName(Path source) {
        Matcher name = TIME.matcher(source.getFileName().toString());
        if (name.find()) {
            try {
                int[] part = new int[6];
                for (int i = 0; i < part.length; i++) {
                    part[i] = Integer.parseInt(name.group(i + 1));
                }
                return LocalDateTime.of(part[0], part[1], part[2], part[3], part[4], part[5])
                        .toInstant(ZoneOffset.UTC);
            } catch (DateTimeException noTime) {
                // Some other number.
            }
        }
        return null;
    }
}
