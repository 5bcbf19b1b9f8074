package dev.sternway.port;

import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import java.util.Optional;

/** A setting that refers to a secret, read anew at each use, so that it can be changed while Sternway runs. */
public final class KeptSecret {
    private final String key;
    private final SecretReference reference;
    private final Secrets secrets;

    /**
     * @param key the setting's name, for messages
     * @param reference {@code file:PATH}, {@code env:NAME}, or empty
     * @throws IllegalArgumentException when it is anything else, a secret itself for example; it is not repeated
     */
    public KeptSecret(String key, String reference, Secrets secrets) {
        this.key = key;
        this.secrets = secrets;
        if (reference == null || reference.isBlank()) {
            this.reference = null;
        } else {
            try {
                this.reference = new SecretReference(reference.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": must be file:PATH or env:NAME, never the secret itself");
            }
        }
    }

    public boolean isGiven() {
        return reference != null;
    }

    /** What is wrong with it now, for people; empty when it can be read. */
    public Optional<String> missing() {
        if (reference == null) {
            return Optional.of(key + " is empty");
        }
        try {
            return read().isBlank() ? Optional.of(key + " refers to nothing") : Optional.empty();
        } catch (NotDelivered e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * The secret.
     *
     * @throws NotDelivered when it cannot be read
     */
    public String read() {
        try {
            return secrets.resolve(reference).strip();
        } catch (RuntimeException e) {
            throw NotDelivered.yet(key + " cannot be read: " + e.getMessage());
        }
    }
}
