package dev.sternway.web.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.identity.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes groups, rights and the people of the settings at start-up; two nodes at once do it one after the other. */
@Component
@EnableConfigurationProperties({PeopleSettings.class, AdministratorSettings.class})
class People implements ApplicationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(People.class);
    private static final long LOCK = 0x5354_4552_4e57_4159L;

    /** Nobody can sign in as Sternway itself; the name is taken so that no person gets it. */
    private static final String SELF = dev.sternway.evidence.Entry.SELF;

    private final IdentityService identities;
    private final RoleRights rights;
    private final PeopleSettings settings;
    private final AdministratorSettings administrator;
    private final Path dataDirectory;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    People(
            IdentityService identities,
            RoleRights rights,
            PeopleSettings settings,
            AdministratorSettings administrator,
            @Value("${sternway.database.data-directory:.sternway}") Path dataDirectory,
            JdbcClient jdbc,
            PlatformTransactionManager transactions) {
        this.identities = identities;
        this.rights = rights;
        this.settings = settings;
        this.administrator = administrator;
        this.dataDirectory = dataDirectory;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public void run(ApplicationArguments arguments) {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("select pg_advisory_xact_lock(?)").param(LOCK).query().singleRow();
            rights.establish();
            closeSetup();
            settings.users().forEach(this::create);
            createAdministrator();
        });
    }

    /** The webapps offer everybody to create the first administrator until somebody is in their group. */
    private void closeSetup() {
        rights.group(Groups.CAMUNDA_ADMIN, "Closes the set-up page; gives no rights", "system");
        create(SELF, "Sternway", random());
        join(SELF, Groups.CAMUNDA_ADMIN);
    }

    private void create(PeopleSettings.User user) {
        for (String group : user.groups()) {
            if (Role.ofId(group).isEmpty()) {
                throw new IllegalStateException("sternway.users: group '" + group + "' of user '" + user.id()
                        + "' is not known\nHINT: use one of " + List.of(Role.ids()) + ".");
            }
        }
        if (missing(user.id())) {
            create(user.id(), user.name(), password("sternway.users of '" + user.id() + "'", user.passwordFile()));
            user.groups().forEach(group -> join(user.id(), group));
            LOG.info("User '{}' created in groups {}.", user.id(), user.groups());
        }
    }

    private void createAdministrator() {
        String group = Role.ADMINISTRATOR.id();
        if (identities.createUserQuery().memberOfGroup(group).count() > 0) {
            return;
        }
        String id = administrator.id();
        Path file = administrator.passwordFile();
        if (isNone(file)) {
            file = dataDirectory.resolve("administrator-password");
            keep(random(), file);
        }
        create(id, "Administrator", password("sternway.administrator", file));
        join(id, group);
        LOG.info("Administrator '{}' created; the password is in '{}'.", id, file.toAbsolutePath());
    }

    private boolean missing(String id) {
        return identities.createUserQuery().userId(id).count() == 0;
    }

    private void create(String id, String name, String password) {
        if (!missing(id)) {
            return;
        }
        User user = identities.newUser(id);
        int blank = name.indexOf(' ');
        user.setFirstName(blank < 0 ? name : name.substring(0, blank));
        user.setLastName(blank < 0 ? "" : name.substring(blank + 1));
        user.setPassword(password);
        identities.saveUser(user);
    }

    private void join(String user, String group) {
        if (identities.createUserQuery().userId(user).memberOfGroup(group).count() == 0) {
            identities.createMembership(user, group);
        }
    }

    private static String password(String whose, Path file) {
        if (isNone(file)) {
            throw new IllegalStateException(
                    whose + " has no password-file\nHINT: name a file with the password in it.");
        }
        try (var lines = Files.lines(file)) {
            String password = lines.findFirst().orElse("").strip();
            if (password.length() < 8) {
                throw new IllegalStateException(
                        "password file '" + file + "' holds less than 8 characters\nHINT: put a longer password in.");
            }
            return password;
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("password file '" + file + "' does not exist\nHINT: create it.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("password file '" + file + "' cannot be read", e);
        }
    }

    /** An empty setting is no file. */
    private static boolean isNone(Path file) {
        return file == null || file.toString().isEmpty();
    }

    private static void keep(String password, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    "administrator-",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, password + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("password file '" + file + "' cannot be written", e);
        }
    }

    /** 192 random bits, with the four kinds of characters that the password policy asks for. */
    private static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes) + "-Aa1";
    }
}
