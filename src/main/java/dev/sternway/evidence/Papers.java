package dev.sternway.evidence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the papers of incidents; a paper written again is a further version, none is ever changed. */
@Component
public class Papers {
    public static final String INCIDENT_REPORT = "incident-report";
    public static final String DATA_LOSS_REPORT = "data-loss-report";

    private final JdbcClient database;

    Papers(JdbcClient database) {
        this.database = database;
    }

    /**
     * One version of a paper.
     *
     * @param version counted from 1
     */
    public record Kept(int version, String sha256) {}

    /** Keeps a further version of a paper. */
    public Kept keep(String incidentId, String kind, String markdown) {
        String sha256 = sha256(markdown);
        int version = database.sql("""
                        insert into paper (incident_id, kind, version, markdown, sha256)
                        select :incident, :kind, coalesce(max(version), 0) + 1, :markdown, :sha256
                        from paper where incident_id = :incident and kind = :kind
                        returning version
                        """)
                .param("incident", incidentId)
                .param("kind", kind)
                .param("markdown", markdown)
                .param("sha256", sha256)
                .query(Integer.class)
                .single();
        return new Kept(version, sha256);
    }

    /** The versions of a paper that are there, oldest first. */
    public List<Kept> versions(String incidentId, String kind) {
        return database.sql("select version, sha256 from paper where incident_id = :incident and kind = :kind"
                        + " order by version")
                .param("incident", incidentId)
                .param("kind", kind)
                .query(Kept.class)
                .list();
    }

    /** The newest version. */
    public Optional<String> find(String incidentId, String kind) {
        return database.sql("select markdown from paper where incident_id = :incident and kind = :kind"
                        + " order by version desc limit 1")
                .param("incident", incidentId)
                .param("kind", kind)
                .query(String.class)
                .optional();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
