package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.database.TestDatabase;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backup sets are kept, offered by rule, and compared with their manifests. */
class JdbcBackupLedgerTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private static final Instant NOW = Instant.parse("2026-11-20T10:15:00Z");

    @TempDir
    Path directory;

    private JdbcBackupLedger backups;

    @BeforeEach
    void empty() {
        DATABASE.jdbc().sql("delete from backup_set").update();
        backups = at(NOW);
    }

    private JdbcBackupLedger at(Instant now) {
        return new JdbcBackupLedger(
                DATABASE.jdbc(), directory, new SigningKey(directory.resolve("key")), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Part part(String storeId) {
        return new Part(storeId, "set/" + storeId, 12, "abc", Map.of("public.orders", 3L), "7", "15.18");
    }

    @Test
    void keepsASetAsItWas() {
        BackupSet begun = backups.begin("web-shop", Purpose.PRE_UPGRADE, "web-shop@1#1", null);
        backups.add(begun.id(), part("db"), false);
        BackupSet whole = backups.add(begun.id(), part("audit"), true);

        assertThat(begun.id()).isEqualTo("web-shop-20261120-101500-pre-upgrade");
        assertThat(whole)
                .isEqualTo(new BackupSet(
                        begun.id(),
                        "web-shop",
                        Purpose.PRE_UPGRADE,
                        "web-shop@1#1",
                        NOW,
                        List.of(part("audit"), part("db"))));
        assertThat(backups.find(begun.id())).contains(whole);
        assertThat(backups.find("nowhere")).isEmpty();
    }

    @Test
    @Tag("S4-16")
    void offersOnlyCompleteSetsFromBeforeAndNeverAnEmergencyBackup() {
        BackupSet unfinished = backups.begin("web-shop", Purpose.SCHEDULED, null, null);
        backups.add(unfinished.id(), part("db"), false);
        BackupSet good = at(NOW.plusSeconds(1)).begin("web-shop", Purpose.SCHEDULED, null, null);
        good = backups.add(good.id(), part("db"), true);
        BackupSet newer = at(NOW.plusSeconds(2)).begin("web-shop", Purpose.PRE_UPGRADE, null, null);
        newer = backups.add(newer.id(), part("db"), true);
        BackupSet emergency = at(NOW.plusSeconds(3)).begin("web-shop", Purpose.EMERGENCY, null, "INC-2026-0001");
        backups.add(emergency.id(), part("db"), true);
        BackupSet late = at(NOW.plusSeconds(60)).begin("web-shop", Purpose.SCHEDULED, null, null);
        backups.add(late.id(), part("db"), true);

        assertThat(backups.candidates("web-shop", NOW.plusSeconds(30))).containsExactly(newer, good);
        assertThat(backups.candidates("crm", NOW.plusSeconds(30))).isEmpty();
        assertThat(backups.list("web-shop"))
                .extracting(BackupSet::id)
                .containsExactly(late.id(), emergency.id(), newer.id(), good.id(), unfinished.id());
    }

    @Test
    void findsTheSetThatAnIncidentBegan() {
        BackupSet first = backups.begin("web-shop", Purpose.EMERGENCY, null, "INC-2026-0001");

        assertThat(at(NOW.plusSeconds(60)).begin("web-shop", Purpose.EMERGENCY, null, "INC-2026-0001"))
                .isEqualTo(first);
        assertThat(at(NOW.plusSeconds(60)).begin("web-shop", Purpose.EMERGENCY, null, "INC-2026-0002"))
                .isNotEqualTo(first);
    }

    @Test
    void refusesAManifestThatIsMissingOrAltered() throws IOException {
        BackupSet set = backups.begin("web-shop", Purpose.SCHEDULED, null, null);
        BackupSet whole = backups.add(set.id(), part("db"), true);
        Path manifest = directory.resolve(set.id()).resolve("manifest.json");
        backups.verifyManifest(whole);

        Files.writeString(
                manifest, Files.readString(manifest).replace("\"public.orders\" : 3", "\"public.orders\" : 4"));
        assertThat(catchThrowableOfType(Refusal.class, () -> backups.verifyManifest(whole)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_MANIFEST_ALTERED);
        Files.delete(manifest);
        assertThat(catchThrowableOfType(Refusal.class, () -> backups.verifyManifest(whole)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_MISSING);
    }

    @Test
    void refusesAManifestThatSomebodyElseSigned() throws IOException {
        BackupSet whole = backups.add(
                backups.begin("web-shop", Purpose.SCHEDULED, null, null).id(), part("db"), true);
        Path manifest = directory.resolve(whole.id()).resolve("manifest.json");
        byte[] own = Files.readAllBytes(manifest);
        SigningKey foreign = new SigningKey(directory.resolve("foreign-key"));

        Files.write(manifest, Manifest.of(whole, foreign));
        assertThat(refused(whole)).isEqualTo(ErrorCode.BACKUP_WRONG_KEY);
        String text = Files.readString(manifest);
        String ownId = new SigningKey(directory.resolve("key")).id();
        Files.writeString(manifest, text.replace(foreign.id(), ownId));
        assertThat(refused(whole)).isEqualTo(ErrorCode.BACKUP_MANIFEST_ALTERED);
        // A row that says another name than its key has does not help.
        DATABASE.jdbc()
                .sql("insert into backup_key (id, public_key) values ('cafe', ?)")
                .param(foreign.publicKey())
                .update();
        Files.writeString(manifest, text.replace(foreign.id(), "cafe"));
        assertThat(refused(whole)).isEqualTo(ErrorCode.BACKUP_WRONG_KEY);

        Files.write(manifest, own);
        backups.verifyManifest(whole);
    }

    @Test
    void refusesASignedManifestThatSaysSomethingElseThanTheLedger() {
        BackupSet whole = backups.add(
                backups.begin("web-shop", Purpose.SCHEDULED, null, null).id(), part("db"), true);
        DATABASE.jdbc().sql("update backup_part set sha256 = 'abd'").update();

        BackupSet changed = backups.find(whole.id()).orElseThrow();

        assertThat(refused(changed)).isEqualTo(ErrorCode.BACKUP_LEDGER_DIFFERS);
    }

    @Test
    void stillReadsAManifestFromBeforeThereWereSignatures() throws IOException {
        BackupSet whole = backups.add(
                backups.begin("web-shop", Purpose.SCHEDULED, null, null).id(), part("db"), true);
        DATABASE.jdbc().sql("update backup_set set signed = false").update();

        backups.verifyManifest(whole);
        Path manifest = directory.resolve(whole.id()).resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest) + " ");

        assertThat(refused(whole)).isEqualTo(ErrorCode.BACKUP_MANIFEST_ALTERED);
    }

    private ErrorCode refused(BackupSet set) {
        return catchThrowableOfType(Refusal.class, () -> backups.verifyManifest(set))
                .code();
    }

    @Test
    void makesItsKeyOnceForItsOwnerOnly() throws IOException {
        SigningKey key = new SigningKey(directory.resolve("kept/key"));
        String id = key.id();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("kept/key"))))
                .isEqualTo("rw-------");
        assertThat(new SigningKey(directory.resolve("kept/key")).id()).isEqualTo(id);
        try (Stream<Path> files = Files.list(directory.resolve("kept"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void offersNothingWhoseDataGoesBeyondTheMoment() {
        BackupSet set = backups.begin("web-shop", Purpose.SCHEDULED, null, null);
        Part late = new Part("db", "f", 1, "a", Map.of(), null, "15.18", BackupSet.Format.CUSTOM, NOW.plusSeconds(40));
        set = backups.add(set.id(), late, true);

        assertThat(set.dataUntil()).isEqualTo(NOW.plusSeconds(40));
        assertThat(backups.candidates("web-shop", NOW.plusSeconds(30))).isEmpty();
        assertThat(backups.candidates("web-shop", NOW.plusSeconds(50))).containsExactly(set);
        backups.verifyManifest(set);
    }

    @Test
    void forgetsADiscardedSetButNotWhoDidIt() {
        BackupSet whole = backups.add(
                backups.begin("web-shop", Purpose.SCHEDULED, null, null).id(), part("db"), true);

        backups.discard(whole.id(), "carla", "too old");

        assertThat(backups.find(whole.id())).isEmpty();
        assertThat(backups.list("web-shop")).isEmpty();
        assertThat(backups.candidates("web-shop", NOW.plusSeconds(9))).isEmpty();
        assertThat(backups.discarded()).containsExactly(whole.id());
        assertThat(DATABASE.jdbc()
                        .sql("select discarded_by || ': ' || discard_reason from backup_set")
                        .query(String.class)
                        .single())
                .isEqualTo("carla: too old");
    }

    @Test
    void keepsASetThatComesWhole() {
        BackupSet set = new BackupSet("crm-1", "crm", Purpose.SCHEDULED, null, NOW, List.of(part("db")));

        backups.save(set);

        assertThat(backups.candidates("crm", NOW.plusSeconds(1))).containsExactly(set);
        backups.verifyManifest(set);
    }
}
