package dev.sternway.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Ed25519 key with which this Sternway signs what it says of a backup; made on first use, readable for its owner
 * only.
 */
final class SigningKey {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKey.class);
    private static final String ALGORITHM = "Ed25519";

    private final Path file;
    private KeyPair pair;

    /** @param file where the key is kept; its folder is made when it is not there */
    SigningKey(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /** A name for the key by which a manifest tells who signed it: the begin of its public half's SHA-256. */
    String id() {
        return idOf(publicKey());
    }

    /** The public half in Base64. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(pair().getPublic().getEncoded());
    }

    byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(pair().getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a manifest cannot be signed", e);
        }
    }

    /** True when the key whose public half is given has signed just this. */
    static boolean holds(String publicKey, byte[] content, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(publicOf(publicKey));
            signature.update(content);
            return signature.verify(signed);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    static String idOf(String publicKey) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(publicKey.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized KeyPair pair() {
        if (pair == null) {
            pair = Files.exists(file) ? read() : create();
        }
        return pair;
    }

    private KeyPair create() {
        try {
            KeyPair made = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            String text = Base64.getEncoder().encodeToString(made.getPrivate().getEncoded()) + "\n"
                    + Base64.getEncoder().encodeToString(made.getPublic().getEncoded()) + "\n";
            Files.createDirectories(file.getParent());
            Path partial = Files.createTempFile(
                    file.getParent(),
                    file.getFileName().toString(),
                    ".partial",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(partial, text);
                // Whole or not at all, and whoever comes second takes the first one's.
                Files.createLink(file, partial);
            } catch (FileAlreadyExistsException otherWasFirst) {
                return read();
            } finally {
                Files.deleteIfExists(partial);
            }
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("the key for backups cannot be kept in '" + file + "'", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyPair read() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!PosixFilePermissions.toString(permissions).endsWith("------")) {
                LOG.warn("the key '{}' can be read by others than its owner: chmod 600 it", file);
            }
            List<String> lines = Files.readAllLines(file);
            PrivateKey own = KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines.get(0))));
            return new KeyPair(publicOf(lines.get(1)), own);
        } catch (IOException e) {
            throw new UncheckedIOException("the key for backups cannot be read from '" + file + "'", e);
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException(
                    "'" + file + "' holds no key; put the right file back, or remove it and a new key is made", e);
        }
    }

    private static PublicKey publicOf(String base64) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }
}
