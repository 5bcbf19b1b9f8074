package dev.sternway.catalogue;

import dev.sternway.port.Redaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resolves {@link SecretReference}s at the moment of use, so that no secret is in a model; what was resolved is known to {@link Redaction}. */
public final class Secrets {
    private final Path base;

    /** @param base the folder that relative {@code file:} references start from */
    public Secrets(Path base) {
        this.base = base;
    }

    /**
     * The secret itself, without its trailing line break.
     *
     * @throws UncheckedIOException when the file cannot be read, naming the file
     * @throws IllegalStateException when the environment variable is not set, naming it
     */
    public String resolve(SecretReference reference) {
        String secret = read(reference);
        Redaction.know(secret);
        return secret;
    }

    private String read(SecretReference reference) {
        String text = reference.reference();
        if (text.startsWith("env:")) {
            String name = text.substring("env:".length());
            String value = System.getenv(name);
            if (value == null) {
                throw new IllegalStateException("environment variable '" + name + "' is not set");
            }
            return value;
        }
        Path file = base.resolve(text.substring("file:".length()));
        try {
            return Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException("secret file '" + file + "' cannot be read", e);
        }
    }
}
