package dev.sternway.adapter.settings;

import static dev.sternway.adapter.settings.SettingsWorld.CANARY;
import static dev.sternway.adapter.settings.SettingsWorld.GOOD_ENV;
import static dev.sternway.adapter.settings.SettingsWorld.GOOD_JSON;
import static dev.sternway.adapter.settings.SettingsWorld.GOOD_YAML;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings go back as a whole file and are looked at key by key, and no value is ever shown. */
class SettingsDataStoreTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    Path root;

    @Test
    @Tag("S4-20")
    void takesAnEnvFileBackWithCommentsOrderAndModeAndSwapsBack() throws IOException {
        SettingsWorld world = new SettingsWorld(root, ".env.production", GOOD_ENV);
        Part part = world.backUp();
        assertThat(part.rows()).isEqualTo(Map.of("POOL_SIZE", 1L, "DB_PASSWORD", 1L, "FEATURE", 1L));
        String bad = "POOL_SIZE=2000\nDB_PASSWORD=other\nNEW=1\n";
        world.write(bad);

        world.load(part);
        Loss loss = world.data.compare(world.system, world.store, world.beside(), NOON, Progress.NONE);
        assertThat(loss.tables())
                .as("keys that agree are not told")
                .containsExactly(
                        new TableLoss("DB_PASSWORD", 1, 1, 0, 1),
                        new TableLoss("FEATURE", 0, 1, 0, 0),
                        new TableLoss("NEW", 1, 0, 1, 0),
                        new TableLoss("POOL_SIZE", 1, 1, 0, 1));
        world.data.swap(world.system, world.store, world.beside(), world.kept());

        assertThat(world.live).hasContent(GOOD_ENV);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(world.live)))
                .isEqualTo("rw-r-----");
        assertThat(world.data.query(world.system, world.store, "POOL_SIZE")).isEqualTo("20");
        assertThat(world.folder.resolve(world.kept())).hasContent(bad);

        world.data.swap(world.system, world.store, world.kept(), world.beside());
        assertThat(world.live).hasContent(bad);
        world.data.discard(world.system, world.store, world.beside());
        assertThat(world.fingerprint()).endsWith("[.env.production]");
    }

    @Test
    @Tag("S3-03")
    void keepsAFailedFileThatIsNotEvenInItsFormatAndNeverLoadsIt() {
        SettingsWorld world = new SettingsWorld(root, "app.json", GOOD_JSON);
        Part good = world.backUp();
        world.write("{\"limits\": " + CANARY);
        assertThat(world.data.obstacles(world.system, world.store)).isEmpty();
        assertThat(world.data.identify(world.system, world.store).serverVersion())
                .isEqualTo("JSON");

        world.load(good);
        assertThat(world.data
                        .compare(world.system, world.store, world.beside(), NOON, Progress.NONE)
                        .tables())
                .containsExactly(
                        new TableLoss("(the whole file: the live one is not valid JSON, see line 1)", 1, 1, 0, 1));
        world.data.discard(world.system, world.store, world.beside());

        Part failed = world.backUp();
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> world.load(failed));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NOT_LOADABLE);
        assertThat(refusal.explanation())
                .contains("is not valid JSON, see line 1")
                .doesNotContain(CANARY);
    }

    @Test
    @Tag("S4-19")
    void readsYamlByTheWayToEachValue() {
        SettingsWorld world = new SettingsWorld(root, "app.yaml", GOOD_YAML);
        Part part = world.backUp();
        world.write(GOOD_YAML.replace("pool_size: 20", "pool_size: 2000"));
        world.load(part);

        assertThat(world.data.query(world.system, world.store, "limits.max_connections"))
                .isEqualTo("100");
        assertThat(world.data
                        .compare(world.system, world.store, world.beside(), NOON, Progress.NONE)
                        .tables())
                .containsExactly(new TableLoss("limits.pool_size", 1, 1, 0, 1));
    }

    @Test
    @Tag("S3-03")
    void refusesABackupThatTheSchemaDoesNotMatchAndShowsNoValue() throws IOException {
        Path schema = root.resolve("schema.json");
        Files.writeString(schema, """
                {"type": "object", "required": ["model"], "properties": {
                  "model": {"enum": ["large"]}, "token": {"type": "string", "maxLength": 3}}}
                """);
        SettingsWorld world = new SettingsWorld(root, "app.json", GOOD_JSON, schema);
        Part part = world.backUp();
        String before = world.fingerprint();

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> world.load(part));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NOT_LOADABLE);
        assertThat(refusal.explanation())
                .contains("does not match the schema", "breaks the rule 'required' for 'model'", "'/token'")
                .doesNotContain(CANARY);
        assertThat(world.fingerprint()).isEqualTo(before);
    }

    @Test
    void triesABackupWithoutShowingWhatAKeyHolds() {
        SettingsWorld world = new SettingsWorld(root, "app.json", GOOD_JSON);
        Part part = world.backUp();
        String before = world.fingerprint();

        Trial trial = world.data.tryRestore(
                world.system,
                world.store,
                part,
                world.backups,
                "app.json_trial_1",
                List.of(
                        new Question("pool", "limits.pool_size", "20"),
                        new Question("host", "hosts[1]", "b"),
                        new Question("token", "token", "other")),
                Progress.NONE);

        assertThat(trial.faults()).containsExactly("'token': 'token' is not as it should be");
        assertThat(trial.findings()).containsExactly("5 keys read", "no schema");
        assertThat(world.fingerprint()).isEqualTo(before);
    }

    @Test
    @Tag("S4-20")
    void adoptsTheCopyThatARunbookMade() throws IOException {
        SettingsWorld world = new SettingsWorld(root, "app.env", GOOD_ENV);
        Path copy = root.resolve("app.env.backup-20261120-101500");
        Files.writeString(copy, "POOL_SIZE=10\n");

        Part part =
                world.data.adopt(world.system, world.store, copy, world.backups).part();
        world.data.verify(world.system, world.store, part, world.backups);
        world.load(part);
        assertThat(world.folder.resolve(world.beside())).hasContent("POOL_SIZE=10");

        Files.writeString(copy, "no settings " + CANARY);
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> world.data.adopt(world.system, world.store, copy, world.backups));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
        assertThat(refusal.explanation()).doesNotContain(CANARY);
    }
}
