package io.pgentrypoint.database;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.render.Quoting;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Superuser;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Another C library or ICU may order letters in another way, and then an index on text that was
/// built with the old one misses rows, or lets duplicates in. PostgreSQL warns each session of it;
/// here it is said once a start, with what to do.
final class Collations {

    private static final Logger LOG = LoggerFactory.getLogger(Collations.class);

    /// From this version on a database knows the version of its own collation.
    private static final int REMEMBERS = 15;

    private static final String MOVED_DATABASES =
            """
            SELECT datname, datcollversion, pg_catalog.pg_database_collation_actual_version(oid)
              FROM pg_catalog.pg_database
             WHERE datallowconn
               AND datcollversion <> pg_catalog.pg_database_collation_actual_version(oid)
             ORDER BY datname
            """;

    private static final String DATABASES_BY_LIBC =
            """
            SELECT datname
              FROM pg_catalog.pg_database
             WHERE datallowconn AND datcollate !~* '^(C|POSIX)(\\..*)?$'
             ORDER BY datname
            """;

    /// Those that something depends on: initdb imports hundreds.
    private static final String MOVED_COLLATIONS =
            """
            SELECT pg_catalog.quote_ident(nspname) || '.' || pg_catalog.quote_ident(collname),
                   collversion, pg_catalog.pg_collation_actual_version(c.oid)
              FROM pg_catalog.pg_collation c
              JOIN pg_catalog.pg_namespace n ON n.oid = collnamespace
             WHERE collversion <> pg_catalog.pg_collation_actual_version(c.oid)
               AND EXISTS (SELECT FROM pg_catalog.pg_depend
                            WHERE refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass
                              AND refobjid = c.oid)
             ORDER BY 1
            """;

    private static final String LIBC =
            """
            SELECT pg_catalog.pg_collation_actual_version(oid)
              FROM pg_catalog.pg_collation
             WHERE collprovider = 'c'
               AND pg_catalog.pg_collation_actual_version(oid) IS NOT NULL
             LIMIT 1
            """;

    private final Layout layout;
    private final LocalServer server;
    private final Superuser superuser;
    private final int major;
    private String where = "";

    private Collations(Layout layout, LocalServer server, Superuser superuser, int major) {
        this.layout = layout;
        this.server = server;
        this.superuser = superuser;
        this.major = major;
    }

    static void compare(Layout layout, LocalServer server, Superuser superuser, int major) {
        try {
            new Collations(layout, server, superuser, major).compare();
        } catch (SQLException | IOException e) {
            LOG.info("Cannot compare the collations: {}", e.getMessage());
        }
    }

    private void compare() throws SQLException, IOException {
        boolean moved;
        Optional<String> libc;
        List<String> databases;
        try (Connection connection = open("postgres")) {
            if (first(connection, "SELECT pg_catalog.pg_is_in_recovery()::text")
                    .equals(Optional.of("true"))) {
                where = " on its primary";
            }
            libc = first(connection, LIBC);
            databases =
                    column(
                            connection,
                            "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn"
                                    + " ORDER BY 1");
            moved = major >= REMEMBERS ? byServer(connection) : byRecord(connection, libc);
        }
        for (String database : databases) {
            moved |= inside(database);
        }
        if (libc.isPresent() && !moved && !libc.equals(recorded())) {
            AtomicFiles.write(layout.libc(), libc.get() + "\n");
        }
    }

    private boolean byServer(Connection connection) throws SQLException {
        boolean moved = false;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MOVED_DATABASES)) {
            while (rows.next()) {
                moved = true;
                String name = Quoting.sqlIdentifier(rows.getString(1));
                LOG.warn(
                        "Database {} was built with version {} of its collation, and this image has"
                                + " {}: indexes on text may miss rows. In that database{}: REINDEX"
                                + " DATABASE {}; ALTER DATABASE {} REFRESH COLLATION VERSION;",
                        name,
                        rows.getString(2),
                        rows.getString(3),
                        where,
                        name,
                        name);
            }
        }
        return moved;
    }

    /// 13 and 14 remember nothing for a database, so we do.
    private boolean byRecord(Connection connection, Optional<String> libc)
            throws SQLException, IOException {
        Optional<String> before = recorded();
        if (before.isEmpty() || libc.isEmpty() || before.equals(libc)) {
            return false;
        }
        List<String> databases = column(connection, DATABASES_BY_LIBC);
        for (String database : databases) {
            String name = Quoting.sqlIdentifier(database);
            LOG.warn(
                    "Database {} was used with the C library {}, and this image has {}: indexes on"
                            + " text may miss rows. In that database{}: REINDEX DATABASE {}; once all"
                            + " are done, remove {}",
                    name,
                    before.get(),
                    libc.get(),
                    where,
                    name,
                    layout.libc());
        }
        return !databases.isEmpty();
    }

    private boolean inside(String database) {
        boolean moved = false;
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MOVED_COLLATIONS)) {
            while (rows.next()) {
                moved = true;
                LOG.warn(
                        "Collation {} in database {} has version {}, and this image has {}: rebuild"
                                + " what uses it{}: REINDEX DATABASE {}; ALTER COLLATION {} REFRESH"
                                + " VERSION;",
                        rows.getString(1),
                        Quoting.sqlIdentifier(database),
                        rows.getString(2),
                        rows.getString(3),
                        where,
                        Quoting.sqlIdentifier(database),
                        rows.getString(1));
            }
        } catch (SQLException e) {
            LOG.info("Cannot compare the collations of {}: {}", database, e.getMessage());
        }
        return moved;
    }

    private Optional<String> recorded() throws IOException {
        return Optional.of(AtomicFiles.read(layout.libc()).strip()).filter(text -> !text.isEmpty());
    }

    private Connection open(String database) throws SQLException {
        return server.open(superuser.name(), superuser.password(), database);
    }

    private static Optional<String> first(Connection connection, String query) throws SQLException {
        return column(connection, query).stream().findFirst();
    }

    private static List<String> column(Connection connection, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
