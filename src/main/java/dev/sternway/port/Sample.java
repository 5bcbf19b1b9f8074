package dev.sternway.port;

/**
 * What a part of some rows, drawn by chance, says of all of them.
 *
 * @param found how many of the drawn rows are what is looked for
 * @param drawn rows that were drawn
 * @param all rows that there are
 * @param least as many there are at any rate
 */
public record Sample(long found, long drawn, long all, long least) {
    /** Of two hundred such bounds one is too low (Wilson's interval, 99.5 % on one side). */
    private static final double Z = 2.576;

    public Sample(long found, long drawn, long all) {
        this(found, drawn, all, 0);
    }

    /** The same, knowing that there are at least so many. */
    public Sample atLeast(long rows) {
        return new Sample(found, drawn, all, Math.max(least, rows));
    }

    /** The most likely number. */
    public long estimate() {
        long scaled = drawn == 0 ? 0 : Math.round((double) found / drawn * all);
        return Math.max(least, scaled);
    }

    /** A number that is hardly ever exceeded; all of them when nothing was drawn. */
    public long atMost() {
        if (drawn == 0) {
            return all;
        }
        double share = (double) found / drawn;
        double square = Z * Z;
        double middle = share + square / (2.0 * drawn);
        double width = Z * Math.sqrt(share * (1 - share) / drawn + square / (4.0 * drawn * drawn));
        double upper = (middle + width) / (1 + square / drawn);
        return Math.max(estimate(), Math.min(all, (long) Math.ceil(upper * all)));
    }
}
