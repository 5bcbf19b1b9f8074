package dev.sternway.adapter.etcd;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions of etcd, of which the first two numbers tell what a server can do. */
final class Versions {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");

    private Versions() {}

    /** False when one of them is no version. */
    static boolean isNewer(String theirs, String ours) {
        Matcher left = VERSION.matcher(theirs);
        Matcher right = VERSION.matcher(ours);
        if (!left.matches() || !right.matches()) {
            return false;
        }
        int major = Integer.compare(Integer.parseInt(left.group(1)), Integer.parseInt(right.group(1)));
        int minor = Integer.compare(Integer.parseInt(left.group(2)), Integer.parseInt(right.group(2)));
        return major > 0 || major == 0 && minor > 0;
    }
}
