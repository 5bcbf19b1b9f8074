package dev.sternway.evidence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the papers of incidents; a paper written again replaces the one before. */
@Component
public class Papers {
    public static final String INCIDENT_REPORT = "incident-report";

    private final JdbcClient database;

    Papers(JdbcClient database) {
        this.database = database;
    }

    /** Keeps a paper and gives back its SHA-256. */
    public String keep(String incidentId, String kind, String markdown) {
        String sha256 = sha256(markdown);
        database.sql("""
                        insert into paper (incident_id, kind, markdown, sha256)
                        values (:incident, :kind, :markdown, :sha256)
                        on conflict (incident_id, kind)
                            do update set markdown = excluded.markdown, sha256 = excluded.sha256, written_at = now()
                        """)
                .param("incident", incidentId)
                .param("kind", kind)
                .param("markdown", markdown)
                .param("sha256", sha256)
                .update();
        return sha256;
    }

    public Optional<String> find(String incidentId, String kind) {
        return database.sql("select markdown from paper where incident_id = :incident and kind = :kind")
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
