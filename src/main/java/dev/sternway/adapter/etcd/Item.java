package dev.sternway.adapter.etcd;

/**
 * A key with its value, as etcd had it.
 *
 * @param value in Base64, as it travels; never shown, it may be a secret
 * @param revision of its last change
 * @param leased true when it goes away by itself
 */
record Item(Key key, String value, long revision, boolean leased) {
    /** What it takes in a request, roughly. */
    long bytes() {
        return key.bytes().length() + value.length() * 3L / 4;
    }

    @Override
    public String toString() {
        return key.shown() + " (revision " + revision + ")";
    }
}
