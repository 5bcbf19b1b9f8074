package dev.sternway.sandbox.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The people of the demo, who exist nowhere else, and Sternway's settings for it. */
public final class DemoPeople {

    /** One person of the story. */
    public record Role(String id, String name, String group, String does) {}

    public static final List<Role> ALL = List.of(
            new Role("carla", "Carla Commander", "incident-commander", "types the phrase"),
            new Role("theo", "Theo Techlead", "tech-lead", "approves as the second person"),
            new Role("olga", "Olga Operator", "operator", "watches in Cockpit, takes snapshots"),
            new Role("vera", "Vera Viewer", "viewer", "reads"),
            new Role("ada", "Ada Admin", "administrator", "manages people"));

    private final Map<String, String> passwords = new LinkedHashMap<>();

    /** Makes passwords and writes {@code application.yaml} with these people and Alertmanager's token. */
    public static DemoPeople write(Path config, Path alertmanagerToken) {
        DemoPeople people = new DemoPeople();
        StringBuilder yaml = new StringBuilder("""
                # Written by the demo: its people exist nowhere else.
                sternway:
                  alerts:
                    quiet-after-fix-forward: 0s
                    senders:
                      alertmanager:
                        bearer: "file:%s"
                  users:
                """.formatted(alertmanagerToken));
        for (Role role : ALL) {
            Path file = config.resolve("secrets").resolve(role.id() + "-password");
            people.passwords.put(role.id(), people.writePassword(file));
            yaml.append("    - id: ").append(role.id()).append('\n');
            yaml.append("      name: ").append(role.name()).append('\n');
            yaml.append("      groups: [").append(role.group()).append("]\n");
            yaml.append("      password-file: \"").append(file).append("\"\n");
        }
        try {
            Files.writeString(config.resolve("application.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return people;
    }

    private String writePassword(Path file) {
        SecureRandom random = new SecureRandom();
        String letters = "abcdefghijkmnpqrstuvwxyz";
        StringBuilder word = new StringBuilder("Sw-");
        for (int i = 0; i < 8; i++) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        word.append('-').append(1000 + random.nextInt(9000));
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, word);
            return word.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String password(String id) {
        return passwords.get(id);
    }
}
