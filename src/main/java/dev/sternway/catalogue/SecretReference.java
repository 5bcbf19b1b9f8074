package dev.sternway.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where a secret is kept, never the secret itself: {@code file:PATH} or {@code env:NAME}.
 *
 * <p>Resolved at the moment of use by {@link Secrets}; safe to log, to show and to keep.
 */
public record SecretReference(@JsonValue String reference) {
    @JsonCreator
    public SecretReference {
        if (!reference.startsWith("file:") && !reference.startsWith("env:")) {
            throw new IllegalArgumentException("a secret is named by 'file:PATH' or 'env:NAME'");
        }
    }
}
