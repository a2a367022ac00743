package io.pgentrypoint.observe.wal;

import io.pgentrypoint.connect.ReplicationConnection;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What the server offers to a rewind and to a second clone, asked in an ordinary session of the
/// replication role: pg_rewind needs one too.
///
/// @param databaseBytes of all its databases; -1 when it does not tell
/// @param walBytes of its WAL directory; -1 when it does not tell
/// @param tablespaces outside its data directory
/// @param blockers why pg_rewind could not use it, each a sentence
record RewindSource(
        long databaseBytes, long walBytes, List<Tablespace> tablespaces, List<String> blockers) {

    private static final String RIGHTS =
            """
            SELECT array(SELECT f FROM unnest(ARRAY[
                     'pg_ls_dir(text,boolean,boolean)', 'pg_stat_file(text,boolean)',
                     'pg_read_binary_file(text)',
                     'pg_read_binary_file(text,bigint,bigint,boolean)']) f
                   WHERE NOT has_function_privilege(f, 'EXECUTE')),
                   current_setting('full_page_writes') = 'on',
                   pg_is_in_recovery()
            """;
    private static final String DATABASES =
            """
            SELECT sum(pg_database_size(oid))::bigint FROM pg_catalog.pg_database WHERE \
            has_database_privilege(oid, 'CONNECT')\
            """;
    private static final String TABLESPACES =
            """
            SELECT t.oid::text, location FROM pg_catalog.pg_tablespace AS t, \
            pg_catalog.pg_tablespace_location(t.oid) AS location WHERE location LIKE '/%' \
            ORDER BY location\
            """;
    private static final String WAL =
            """
            SELECT count(*) * (SELECT setting::bigint FROM pg_catalog.pg_settings WHERE \
            name = 'wal_segment_size') FROM pg_ls_dir('pg_wal', true, false) f WHERE f ~ \
            '^[0-9A-F]{24}$'\
            """;

    /// @param name of its link
    record Tablespace(String name, String location) {}

    RewindSource {
        tablespaces = List.copyOf(tablespaces);
        blockers = List.copyOf(blockers);
    }

    static RewindSource ask(ReplicationConnection server, String name) {
        try (Connection connection = server.openDatabase("postgres");
                Statement statement = connection.createStatement()) {
            List<String> blockers = blockers(statement, server.user(), name);
            return new RewindSource(
                    number(statement, DATABASES),
                    number(statement, WAL),
                    tablespaces(statement),
                    blockers);
        } catch (SQLException e) {
            return new RewindSource(
                    -1,
                    -1,
                    List.of(),
                    List.of(
                            """
                            pg_rewind reads from the database postgres on %s, which does \
                            not let %s in: %s\
                            """
                                    .formatted(name, server.user(), e.getMessage())));
        }
    }

    private static List<String> blockers(Statement statement, String user, String name)
            throws SQLException {
        List<String> blockers = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(RIGHTS)) {
            row.next();
            Array missing = Objects.requireNonNull(row.getArray(1));
            String[] functions = (String[]) missing.getArray();
            if (functions.length > 0) {
                blockers.add(
                        """
                        %s may not EXECUTE %s on %s; a primary that runs this entrypoint \
                        grants it at its start\
                        """
                                .formatted(user, String.join(", ", functions), name));
            }
            if (!row.getBoolean(2)) {
                blockers.add(name + " runs with full_page_writes=off");
            }
            if (row.getBoolean(3)) {
                blockers.add(name + " is a standby itself, and a rewind takes a primary");
            }
        }
        return blockers;
    }

    private static List<Tablespace> tablespaces(Statement statement) throws SQLException {
        List<Tablespace> tablespaces = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(TABLESPACES)) {
            while (row.next()) {
                tablespaces.add(
                        new Tablespace(
                                Objects.requireNonNull(row.getString(1)),
                                Objects.requireNonNull(row.getString(2))));
            }
        }
        return tablespaces;
    }

    /// Without the right to know it, -1.
    private static long number(Statement statement, String query) {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : -1;
        } catch (SQLException e) {
            return -1;
        }
    }
}
