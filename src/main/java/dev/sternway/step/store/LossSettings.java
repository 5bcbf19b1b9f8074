package dev.sternway.step.store;

import dev.sternway.port.DataStore.Depth;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How a loss is measured, and where the rows that would be lost are kept.
 *
 * @param directory the folder below which each incident has one of its own; default {@code data/incidents}
 * @param largestFile a file of lost rows is cut at this size; default 256 MB
 * @param keepFree a file of lost rows is cut when the disk has no more than this left; default 512 MB
 * @param keep files of lost rows are removed after this time; default 90 days
 * @param rangesAbove tables with more rows are compared by ranges of their keys first; default 100,000
 * @param sampleAbove of tables with more rows only a part is compared; default 50,000,000
 * @param sampleRows about how many rows that part has; default 2,000,000
 */
@ConfigurationProperties("sternway.loss")
record LossSettings(
        @DefaultValue("data/incidents") Path directory,
        @DefaultValue("256MB") DataSize largestFile,
        @DefaultValue("512MB") DataSize keepFree,
        @DefaultValue("P90D") Duration keep,
        @DefaultValue("100000") long rangesAbove,
        @DefaultValue("50000000") long sampleAbove,
        @DefaultValue("2000000") long sampleRows) {

    LossSettings {
        if (rangesAbove < 0 || sampleAbove < 1 || sampleRows < 1_000) {
            throw new IllegalArgumentException("sternway.loss: ranges-above must be 0 or more, sample-above 1 or more,"
                    + " sample-rows 1000 or more; got " + rangesAbove + ", " + sampleAbove + ", " + sampleRows
                    + "\nHINT: the defaults are 100000, 50000000, 2000000.");
        }
    }

    Depth depth() {
        return new Depth(rangesAbove, sampleAbove, sampleRows);
    }
}
