package dev.sternway.alert.sender;

import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.OutsideException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Predicate;

/** Secrets of one kind, any of which is good: read at each use, so that a change needs no restart. */
final class Keys {
    private final Secrets secrets;
    private final List<SecretReference> references;

    Keys(Secrets secrets, List<SecretReference> references) {
        this.secrets = secrets;
        this.references = references;
    }

    /** True when the given text is one of the secrets; compared in constant time. */
    boolean hold(String given) {
        byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
        return any(secret -> MessageDigest.isEqual(secret, bytes));
    }

    /**
     * True when one of the secrets, which is not empty, is good.
     *
     * @throws OutsideException when none is good and one could not be read: nobody is turned away for that
     */
    boolean any(Predicate<byte[]> good) {
        RuntimeException unreadable = null;
        for (SecretReference reference : references) {
            try {
                byte[] secret = secrets.resolve(reference).getBytes(StandardCharsets.UTF_8);
                if (secret.length > 0 && good.test(secret)) {
                    return true;
                }
            } catch (IllegalStateException | java.io.UncheckedIOException e) {
                unreadable = e;
            }
        }
        if (unreadable != null) {
            throw new OutsideException("a sender's secret cannot be read: " + unreadable.getMessage(), unreadable);
        }
        return false;
    }
}
