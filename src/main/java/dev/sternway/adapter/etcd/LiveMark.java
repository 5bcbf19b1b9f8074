package dev.sternway.adapter.etcd;

/**
 * What Sternway notes of the live keys, in a key of its own outside of the prefix.
 *
 * @param generation changes with each swap; the keys' own changes do not count
 * @param beside of a swap that has begun and not ended, the copy that it writes; else null
 * @param kept of the same swap, the name under which the keys from before are kept
 */
record LiveMark(String generation, String beside, String kept) {
    /** Of keys that Sternway never swapped. */
    static final String FIRST = "0";

    boolean swapping() {
        return beside != null;
    }

    LiveMark swapping(String copy, String keptName) {
        return new LiveMark(generation, copy, keptName);
    }

    LiveMark still() {
        return new LiveMark(generation, null, null);
    }

    /** @param revision of the mark's own key, 0 when there is none yet */
    record Held(LiveMark mark, long revision) {}
}
