package dev.sternway.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Backup sets in the product's own database, manifests beside the files. */
@Repository
class JdbcBackupLedger implements BackupLedger {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter IN_ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final String SELECT =
            "select id, system_id, purpose, release_id, taken_at, origin from backup_set b where discarded_at is null ";

    /** What was written later is in none of its parts. */
    private static final String DATA_UNTIL =
            "greatest(taken_at, (select max(snapshot_at) from backup_part p" + " where p.set_id = b.id))";

    private static final int MOST_A_SECOND = 20;

    private final JdbcClient jdbc;
    private final Path directory;
    private final SigningKey key;
    private final Clock clock;

    @Autowired
    JdbcBackupLedger(JdbcClient jdbc, BackupSettings settings) {
        this(jdbc, settings.directory(), new SigningKey(settings.signingKey()), Clock.systemUTC());
    }

    JdbcBackupLedger(JdbcClient jdbc, Path directory, SigningKey key, Clock clock) {
        this.jdbc = jdbc;
        this.directory = directory.toAbsolutePath().normalize();
        this.key = key;
        this.clock = clock;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    @Transactional
    public BackupSet begin(String systemId, Purpose purpose, String releaseId, String incidentId) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String named = systemId + "-" + IN_ID.format(now) + "-"
                + purpose.name().toLowerCase(Locale.ROOT).replace('_', '-');
        // A name tells the second only: the next of the same second gets a number.
        for (int number = 1; number <= MOST_A_SECOND; number++) {
            String id = number == 1 ? named : named + "-" + number;
            if (insert(id, systemId, purpose, releaseId, incidentId, now) == 1) {
                return find(id).orElseThrow();
            }
            Optional<BackupSet> begun = ofIncident(systemId, purpose, incidentId);
            if (begun.isPresent()) {
                return begun.get();
            }
        }
        throw new IllegalStateException("backup '" + named + "' was begun " + MOST_A_SECOND + " times in one second");
    }

    private Optional<BackupSet> ofIncident(String systemId, Purpose purpose, String incidentId) {
        return sets(jdbc.sql(SELECT + "and incident_id = :incident and system_id = :system and purpose = :purpose")
                        .param("incident", incidentId)
                        .param("system", systemId)
                        .param("purpose", purpose.name()))
                .stream()
                .findFirst();
    }

    @Override
    @Transactional
    public BackupSet add(String setId, Part part, boolean complete) {
        jdbc.sql("select id from backup_set where id = :id for update")
                .param("id", setId)
                .query(String.class)
                .single();
        insert(setId, part);
        return seal(setId, complete);
    }

    @Override
    @Transactional
    public void open(BackupSet set) {
        if (insert(set.id(), set.systemId(), set.purpose(), set.releaseId(), null, set.takenAt()) == 0) {
            throw new IllegalStateException("backup '" + set.id() + "' is known already, or was discarded");
        }
        jdbc.sql("update backup_set set origin = :origin where id = :id")
                .param("origin", set.origin())
                .param("id", set.id())
                .update();
    }

    @Override
    @Transactional
    public void save(BackupSet set) {
        open(set);
        set.parts().forEach(part -> insert(set.id(), part));
        seal(set.id(), true);
    }

    @Override
    public Optional<BackupSet> find(String id) {
        return sets(jdbc.sql(SELECT + "and id = :id").param("id", id)).stream().findFirst();
    }

    @Override
    public List<BackupSet> list(String systemId) {
        return sets(jdbc.sql(SELECT + "and system_id = :system order by taken_at desc, id")
                .param("system", systemId));
    }

    @Override
    public List<BackupSet> candidates(String systemId, Instant before) {
        return sets(jdbc.sql(SELECT + "and system_id = :system and complete and purpose <> 'EMERGENCY'"
                        + " and not exists (select from backup_part p where p.set_id = b.id and p.table_rows is null) and "
                        + DATA_UNTIL + " < :before order by taken_at desc, id")
                .param("system", systemId)
                .param("before", Timestamp.from(before)));
    }

    @Override
    public boolean isComplete(String setId) {
        return jdbc.sql("select complete from backup_set where id = :id and discarded_at is null")
                .param("id", setId)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    @Override
    public Optional<String> incidentOf(String setId) {
        return jdbc.sql("select incident_id from backup_set where id = :id and incident_id is not null")
                .param("id", setId)
                .query(String.class)
                .optional();
    }

    /** A manifest from before there were signatures is compared with the checksum that was kept of it. */
    @Override
    public void verifyManifest(BackupSet set) {
        record Kept(String sha256, boolean signed) {}
        Kept kept = jdbc.sql("select coalesce(manifest_sha256, 'none'), signed from backup_set where id = :id")
                .param("id", set.id())
                .query((row, number) -> new Kept(row.getString(1), row.getBoolean(2)))
                .optional()
                .orElse(new Kept("none", true));
        Manifest manifest = new Manifest(directory, set.id());
        if (kept.signed()) {
            manifest.verify(set, this::publicKey);
        } else {
            manifest.verifyUnsigned(kept.sha256());
        }
    }

    /** Public keys are shared through the database: every node believes what every other one has signed. */
    private Optional<String> publicKey(String id) {
        return jdbc.sql("select public_key from backup_key where id = :id")
                .param("id", id)
                .query(String.class)
                .optional()
                // Whoever can write rows could write one more; its name must at least be its own.
                .filter(publicKey -> SigningKey.idOf(publicKey).equals(id));
    }

    @Override
    @Transactional
    public void discard(String setId, String by, String reason) {
        jdbc.sql("update backup_set set discarded_at = now(), discarded_by = :by, discard_reason = :reason"
                        + " where id = :id and discarded_at is null")
                .param("by", by)
                .param("reason", reason)
                .param("id", setId)
                .update();
    }

    @Override
    public List<String> discarded() {
        return jdbc.sql("select id from backup_set where discarded_at is not null order by id")
                .query(String.class)
                .list();
    }

    private int insert(
            String id, String systemId, Purpose purpose, String releaseId, String incidentId, Instant takenAt) {
        return jdbc.sql("insert into backup_set (id, system_id, purpose, release_id, incident_id, taken_at)"
                        + " values (:id, :system, :purpose, :release, :incident, :takenAt) on conflict do nothing")
                .param("id", id)
                .param("system", systemId)
                .param("purpose", purpose.name())
                .param("release", releaseId)
                .param("incident", incidentId)
                .param("takenAt", Timestamp.from(takenAt))
                .update();
    }

    private void insert(String setId, Part part) {
        jdbc.sql("insert into backup_part"
                        + " (set_id, store_id, file, bytes, sha256, table_rows, schema_version, server_version, format,"
                        + " snapshot_at) values (:set, :store, :file, :bytes, :sha256, :rows, :schema, :server, :format,"
                        + " :snapshotAt)"
                        + " on conflict (set_id, store_id) do update set file = excluded.file, bytes = excluded.bytes,"
                        + " sha256 = excluded.sha256, table_rows = excluded.table_rows,"
                        + " schema_version = excluded.schema_version, server_version = excluded.server_version,"
                        + " format = excluded.format, snapshot_at = excluded.snapshot_at")
                .param("set", setId)
                .param("store", part.storeId())
                .param("file", part.file())
                .param("bytes", part.bytes())
                .param("sha256", part.sha256())
                .param("rows", write(part.rows()))
                .param("schema", part.schemaVersion())
                .param("server", part.serverVersion())
                .param("format", part.format().name())
                .param("snapshotAt", part.snapshotAt() == null ? null : Timestamp.from(part.snapshotAt()))
                .update();
    }

    private BackupSet seal(String setId, boolean complete) {
        BackupSet set = find(setId).orElseThrow();
        byte[] manifest = Manifest.of(set, key);
        jdbc.sql("insert into backup_key (id, public_key) values (:id, :publicKey) on conflict do nothing")
                .param("id", key.id())
                .param("publicKey", key.publicKey())
                .update();
        new Manifest(directory, setId).write(manifest);
        jdbc.sql("update backup_set set signed = true, manifest_sha256 = :sha256, complete = :complete where id = :id")
                .param("sha256", Manifest.sha256(manifest))
                .param("complete", complete)
                .param("id", setId)
                .update();
        return set;
    }

    private List<BackupSet> sets(JdbcClient.StatementSpec statement) {
        List<BackupSet> heads = statement.query((row, number) -> head(row)).list();
        List<BackupSet> sets = new ArrayList<>();
        for (BackupSet head : heads) {
            List<Part> parts = jdbc.sql("select * from backup_part where set_id = :id order by store_id")
                    .param("id", head.id())
                    .query((row, number) -> part(row))
                    .list();
            sets.add(new BackupSet(
                    head.id(),
                    head.systemId(),
                    head.purpose(),
                    head.releaseId(),
                    head.takenAt(),
                    parts,
                    head.origin()));
        }
        return sets;
    }

    private static BackupSet head(ResultSet row) throws SQLException {
        return new BackupSet(
                row.getString("id"),
                row.getString("system_id"),
                Purpose.valueOf(row.getString("purpose")),
                row.getString("release_id"),
                row.getTimestamp("taken_at").toInstant(),
                List.of(),
                row.getString("origin"));
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(
                row.getString("store_id"),
                row.getString("file"),
                row.getLong("bytes"),
                row.getString("sha256"),
                read(row.getString("table_rows")),
                row.getString("schema_version"),
                row.getString("server_version"),
                Format.valueOf(row.getString("format")),
                row.getTimestamp("snapshot_at") == null
                        ? null
                        : row.getTimestamp("snapshot_at").toInstant());
    }

    private static String write(Map<String, Long> rows) {
        if (rows == null) {
            return null;
        }
        try {
            return JSON.writeValueAsString(new TreeMap<>(rows));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Long> read(String rows) {
        if (rows == null) {
            return null;
        }
        try {
            return JSON.readValue(rows, new TypeReference<TreeMap<String, Long>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
