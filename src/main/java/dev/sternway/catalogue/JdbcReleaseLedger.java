package dev.sternway.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.catalogue.Release.RecordedService;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Releases in the product's own database. */
@Repository
class JdbcReleaseLedger implements ReleaseLedger {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, RecordedService>> SERVICES = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final String SELECT =
            "select id, system_id, version, recorded_at, services, schema_versions from release ";

    private final JdbcClient jdbc;

    JdbcReleaseLedger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<Release> latest(String systemId) {
        return jdbc.sql(SELECT + "where system_id = ? order by number desc limit 1")
                .param(systemId)
                .query(JdbcReleaseLedger::release)
                .optional();
    }

    @Override
    public Optional<Release> find(String id) {
        return jdbc.sql(SELECT + "where id = ?")
                .param(id)
                .query(JdbcReleaseLedger::release)
                .optional();
    }

    @Override
    public List<Release> list(String systemId) {
        return jdbc.sql(SELECT + "where system_id = ? order by number desc")
                .param(systemId)
                .query(JdbcReleaseLedger::release)
                .list();
    }

    @Override
    public void save(Release release) {
        jdbc.sql("insert into release (id, system_id, version, recorded_at, services, schema_versions)"
                        + " values (?, ?, ?, ?, ?::jsonb, ?::jsonb)")
                .params(
                        release.id(),
                        release.systemId(),
                        release.version(),
                        Timestamp.from(release.recordedAt()),
                        write(release.services()),
                        write(release.schemaVersions()))
                .update();
    }

    private static Release release(ResultSet row, int number) throws SQLException {
        return new Release(
                row.getString("id"),
                row.getString("system_id"),
                row.getString("version"),
                row.getTimestamp("recorded_at").toInstant(),
                read(row.getString("services"), SERVICES),
                read(row.getString("schema_versions"), TEXTS));
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recorded release cannot be read", e);
        }
    }
}
