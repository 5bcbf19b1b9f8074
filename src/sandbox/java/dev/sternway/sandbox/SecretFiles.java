package dev.sternway.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The sandbox's secrets as files that only their owner reads, made anew for every sandbox.
 *
 * @param shop password of the shop's database role
 * @param sternway password of the database role that Sternway uses
 * @param alertmanagerToken bearer token that Alertmanager shows to Sternway's webhook
 */
public record SecretFiles(Path shop, Path sternway, Path alertmanagerToken) {

    static SecretFiles create(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return new SecretFiles(
                write(directory.resolve("shop-db.shop.password")),
                write(directory.resolve("shop-db.sternway.password")),
                write(directory.resolve("alertmanager.token")));
    }

    private static Path write(Path file) throws IOException {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, HexFormat.of().formatHex(bytes));
    }
}
