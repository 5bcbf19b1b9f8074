package dev.sternway.adapter.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a database has beside its content, and a dump without {@code -C} does not: it is given to the copy. */
final class CarryOver {
    /** Settings whose value is a list of names; quoted as one text they would be one name. */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    private static final String SETTINGS = """
            select coalesce((select rolname from pg_roles r where r.oid = s.setrole), ''), s.setconfig
            from pg_db_role_setting s where s.setdatabase = ?::oid order by 1
            """;

    private static final String RIGHTS = """
            select case a.grantee when 0 then '' else pg_get_userbyid(a.grantee) end, a.privilege_type, a.is_grantable
            from pg_database d, aclexplode(d.datacl) a where d.oid = ?::oid order by 1, 2
            """;

    private CarryOver() {}

    private record Setting(String role, String name, String value) {}

    private record Right(String role, String privilege, boolean grantable) {}

    /** The statement that creates a database like another one: owner, encoding, locale, tablespace, limit. */
    static String create(Connection connection, String liveOid, String name) throws SQLException {
        JsonNode live = json(Sql.value(
                connection,
                "select (to_jsonb(d) || jsonb_build_object('owner', pg_get_userbyid(datdba),"
                        + " 'encoding_name', pg_encoding_to_char(encoding), 'tablespace',"
                        + " (select spcname from pg_tablespace t where t.oid = dattablespace)))::text"
                        + " from pg_database d where oid = ?::oid",
                liveOid));
        StringBuilder sql = new StringBuilder("create database ")
                .append(Sql.name(name))
                .append(" template template0 owner ")
                .append(Sql.name(live.path("owner").asText()))
                .append(" encoding ")
                .append(Sql.text(live.path("encoding_name").asText()))
                .append(" lc_collate ")
                .append(Sql.text(live.path("datcollate").asText()))
                .append(" lc_ctype ")
                .append(Sql.text(live.path("datctype").asText()))
                .append(provider(live))
                .append(" tablespace ")
                .append(Sql.name(live.path("tablespace").asText()))
                .append(" connection limit ")
                .append(live.path("datconnlimit").asInt());
        return sql.toString();
    }

    private static String provider(JsonNode live) {
        String locale = live.path("datlocale").asText(live.path("daticulocale").asText(""));
        return switch (live.path("datlocprovider").asText("")) {
            case "c" -> " locale_provider libc";
            case "i" ->
                " locale_provider icu icu_locale " + Sql.text(locale)
                        + (live.path("daticurules").isTextual()
                                ? " icu_rules "
                                        + Sql.text(live.path("daticurules").asText())
                                : "");
            case "b" -> " locale_provider builtin builtin_locale " + Sql.text(locale);
            default -> "";
        };
    }

    /** Gives the copy the live database's settings, settings per role, and rights. */
    static void apply(Connection connection, String liveOid, String name) throws SQLException {
        for (Setting setting : settings(connection, liveOid)) {
            String whose = setting.role().isEmpty()
                    ? "alter database " + Sql.name(name)
                    : "alter role " + Sql.name(setting.role()) + " in database " + Sql.name(name);
            Sql.run(connection, whose + " set " + Sql.name(setting.name()) + " to " + value(setting));
        }
        if (Sql.value(connection, "select datacl::text from pg_database where oid = ?::oid", liveOid) == null) {
            return;
        }
        String on = " on database " + Sql.name(name);
        String owner =
                Sql.value(connection, "select pg_get_userbyid(datdba) from pg_database where oid = ?::oid", liveOid);
        Sql.run(connection, "revoke all" + on + " from public");
        Sql.run(connection, "revoke all" + on + " from " + Sql.name(owner));
        for (Right right : rights(connection, liveOid)) {
            Sql.run(
                    connection,
                    "grant " + right.privilege() + on + " to "
                            + (right.role().isEmpty() ? "public" : Sql.name(right.role()))
                            + (right.grantable() ? " with grant option" : ""));
        }
    }

    /** What the copy lacks, as sentences. */
    static List<String> missing(Connection connection, String liveOid, String copyOid) throws SQLException {
        List<String> missing = new ArrayList<>();
        if (!settings(connection, liveOid).equals(settings(connection, copyOid))) {
            missing.add("settings " + settings(connection, liveOid));
        }
        if (!rights(connection, liveOid).equals(rights(connection, copyOid))) {
            missing.add("rights " + rights(connection, liveOid));
        }
        return missing;
    }

    private static List<Setting> settings(Connection connection, String oid) throws SQLException {
        List<List<Setting>> perRole = Sql.list(
                connection,
                row -> {
                    List<Setting> settings = new ArrayList<>();
                    Array configuration = row.getArray(2);
                    for (String line : (String[]) configuration.getArray()) {
                        int equals = line.indexOf('=');
                        settings.add(
                                new Setting(row.getString(1), line.substring(0, equals), line.substring(equals + 1)));
                    }
                    return settings;
                },
                SETTINGS,
                oid);
        return perRole.stream().flatMap(List::stream).toList();
    }

    private static List<Right> rights(Connection connection, String oid) throws SQLException {
        return Sql.list(
                connection, row -> new Right(row.getString(1), row.getString(2), row.getBoolean(3)), RIGHTS, oid);
    }

    private static String value(Setting setting) {
        return LISTS.contains(setting.name())
                ? names(setting.value()).stream().map(Sql::text).collect(Collectors.joining(", "))
                : Sql.text(setting.value());
    }

    /** Splits {@code "$user", public} into its names. */
    static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '"' && quoted && i + 1 < list.length() && list.charAt(i + 1) == '"') {
                name.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                names.add(name.toString().strip());
                name.setLength(0);
            } else {
                name.append(c);
            }
        }
        names.add(name.toString().strip());
        return names;
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
