package dev.sternway.catalogue;

import dev.sternway.catalogue.SnapshotPart.Kind;
import dev.sternway.catalogue.SnapshotPart.State;
import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The parts that each snapshot consists of. */
@Repository
public class SnapshotParts {
    private final JdbcClient database;

    SnapshotParts(JdbcClient database) {
        this.database = database;
    }

    /** Keeps the parts of a snapshot; those of an earlier try are replaced. */
    @Transactional
    public void keep(String setId, String releaseId, List<SnapshotPart> parts) {
        database.sql("delete from snapshot_part where set_id = :set")
                .param("set", setId)
                .update();
        for (SnapshotPart part : parts) {
            database.sql("insert into snapshot_part (set_id, release_id, part, state, detail, file, bytes, sha256)"
                            + " values (:set, :release, :part, :state, :detail, :file, :bytes, :sha256)")
                    .param("set", setId)
                    .param("release", releaseId)
                    .param("part", part.kind().name())
                    .param("state", part.state().name())
                    .param("detail", part.detail())
                    .param("file", part.file())
                    .param("bytes", part.bytes())
                    .param("sha256", part.sha256())
                    .update();
        }
    }

    /** In the order of {@link Kind}; empty for a set that is no snapshot, or one from before parts were kept. */
    public List<SnapshotPart> of(String setId) {
        return database
                .sql("select * from snapshot_part where set_id = :set")
                .param("set", setId)
                .query((row, number) -> new SnapshotPart(
                        Kind.valueOf(row.getString("part")),
                        State.valueOf(row.getString("state")),
                        row.getString("detail"),
                        row.getString("file"),
                        row.getObject("bytes", Long.class),
                        row.getString("sha256")))
                .list()
                .stream()
                .sorted(Comparator.comparing(SnapshotPart::kind))
                .toList();
    }
}
