package dev.sternway.adapter.etcd;

/**
 * What Sternway notes of keys that it keeps beside the live ones.
 *
 * @param generation the identity that the live keys have, or had, while they are these
 * @param backup checksum of the backup that the copy, or the kept one's successor, was loaded from
 * @param replacedBy generation that a swap made live in its place, null unless kept
 * @param measured revision at which the live keys were compared with these last, null when they were not
 * @param keys how many they are
 * @param digest of keys and values
 */
record Mark(Phase phase, String generation, String backup, String replacedBy, Long measured, long keys, String digest) {

    /** How far the keys are. */
    enum Phase {
        LOADING,
        LOADED,
        /** The live keys are being copied for a swap that has not begun. */
        KEEPING,
        KEPT
    }

    Mark as(Phase other) {
        return new Mark(other, generation, backup, replacedBy, measured, keys, digest);
    }

    Mark measuredAt(Long revision) {
        return new Mark(phase, generation, backup, replacedBy, revision, keys, digest);
    }

    /** @param revision of the mark's own key, which guards whoever builds on it */
    record Held(Mark mark, long revision) {}
}
