package dev.sternway.catalogue;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what a mistyped key was meant to be. */
final class Spelling {
    private static final int AT_MOST = 3;

    private Spelling() {}

    static Optional<String> nearest(String typed, Collection<String> known) {
        return known.stream()
                .filter(each -> distance(typed, each) <= Math.min(AT_MOST, each.length() / 2))
                .min(Comparator.comparingInt(each -> distance(typed, each)));
    }

    /** Levenshtein's distance, upper and lower case being the same. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
