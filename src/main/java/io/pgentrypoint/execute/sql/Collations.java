package io.pgentrypoint.execute.sql;

import io.pgentrypoint.config.Quoting;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.execute.files.AtomicFiles;
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
import java.util.function.Consumer;
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

    /// Only glibc has versions (pg_locale.c, get_collation_actual_version), and REFRESH VERSION is
    /// refused where there was none: "invalid collation version change".
    private static final String UNVERSIONED_DATABASES =
            """
            SELECT datname, pg_catalog.pg_database_collation_actual_version(oid)
              FROM pg_catalog.pg_database
             WHERE datallowconn AND datlocprovider = 'c' AND datcollversion IS NULL
               AND pg_catalog.pg_database_collation_actual_version(oid) IS NOT NULL
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

    private static final String UNVERSIONED_COLLATIONS =
            """
            SELECT pg_catalog.quote_ident(nspname) || '.' || pg_catalog.quote_ident(collname),
                   pg_catalog.pg_collation_actual_version(c.oid)
              FROM pg_catalog.pg_collation c
              JOIN pg_catalog.pg_namespace n ON n.oid = collnamespace
             WHERE collprovider = 'c' AND collversion IS NULL
               AND pg_catalog.pg_collation_actual_version(c.oid) IS NOT NULL
               AND EXISTS (SELECT FROM pg_catalog.pg_depend
                            WHERE refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass
                              AND refobjid = c.oid)
             ORDER BY 1
            """;

    /// initdb imports what `locale -a` names. glibc's names at least C.UTF-8; Alpine's images have
    /// no such program.
    private static final String IMPORTED =
            """
            SELECT collname
              FROM pg_catalog.pg_collation
             WHERE collprovider = 'c'
               AND collnamespace = 'pg_catalog'::pg_catalog.regnamespace
               AND collname NOT IN ('C', 'POSIX', 'ucs_basic')
             LIMIT 1
            """;

    private static final String LIBC =
            """
            SELECT pg_catalog.pg_collation_actual_version(oid)
              FROM pg_catalog.pg_collation
             WHERE collprovider = 'c'
               AND pg_catalog.pg_collation_actual_version(oid) IS NOT NULL
             LIMIT 1
            """;

    private static final String BY_MUSL =
            "was built with a C library that tells no version (musl, as in Alpine's images)";

    private final Layout layout;
    private final LocalServer server;
    private final Superuser superuser;
    private final int major;
    private final Consumer<String> say;
    private String where = "";

    /// Whether anything was said, or could not be looked at.
    private boolean doubtful;

    private Collations(
            Layout layout,
            LocalServer server,
            Superuser superuser,
            int major,
            Consumer<String> say) {
        this.layout = layout;
        this.server = server;
        this.superuser = superuser;
        this.major = major;
        this.say = say;
    }

    static void compare(Layout layout, LocalServer server, Superuser superuser, int major) {
        try {
            compare(layout, server, superuser, major, doubt -> LOG.warn("{}", doubt));
        } catch (SQLException | IOException e) {
            LOG.info("Cannot compare the collations: {}", e.getMessage());
        }
    }

    static void compare(
            Layout layout, LocalServer server, Superuser superuser, int major, Consumer<String> say)
            throws SQLException, IOException {
        new Collations(layout, server, superuser, major, say).compare();
    }

    private void compare() throws SQLException, IOException {
        Optional<String> recorded = recorded();
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
                            "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn ORDER BY 1");
            if (major >= REMEMBERS) {
                byServer(connection, recorded);
            } else {
                byRecord(connection, recorded, libc);
            }
        }
        for (String database : databases) {
            inside(database, recorded);
        }
        if (libc.isPresent() && !doubtful && !libc.equals(recorded)) {
            AtomicFiles.write(layout.libc(), libc.get() + "\n");
        }
    }

    private void byServer(Connection connection, Optional<String> recorded) throws SQLException {
        for (List<String> row : rows(connection, MOVED_DATABASES)) {
            String database = Quoting.sqlIdentifier(row.getFirst());
            database(
                    database,
                    "was built with version %s of its collation, and this image has %s"
                            .formatted(row.get(1), row.get(2)),
                    "ALTER DATABASE " + database + " REFRESH COLLATION VERSION;");
        }
        for (List<String> row : rows(connection, UNVERSIONED_DATABASES)) {
            String libc = row.get(1);
            if (!recorded.equals(Optional.of(libc))) {
                database(
                        Quoting.sqlIdentifier(row.getFirst()),
                        "%s, and this image has glibc %s".formatted(origin(recorded), libc),
                        remember(libc));
            }
        }
    }

    /// 13 and 14 remember nothing for a database, so we do.
    private void byRecord(Connection connection, Optional<String> recorded, Optional<String> libc)
            throws SQLException {
        boolean byMusl = recorded.isEmpty() && rows(connection, IMPORTED).isEmpty();
        boolean moved = recorded.isPresent() && libc.isPresent() && !recorded.equals(libc);
        if (!byMusl && !moved) {
            return;
        }
        for (String database : column(connection, DATABASES_BY_LIBC)) {
            if (byMusl) {
                database(
                        Quoting.sqlIdentifier(database),
                        BY_MUSL + ", by all appearances: initdb found no locale there",
                        """
                        once all are done, in database postgres%s: SELECT \
                        pg_catalog.pg_import_system_collations('pg_catalog');\
                        """
                                .formatted(where));
            } else {
                String present = libc.orElseThrow();
                database(
                        Quoting.sqlIdentifier(database),
                        "%s, and this image has %s".formatted(origin(recorded), present),
                        remember(present));
            }
        }
    }

    private void inside(String name, Optional<String> recorded) {
        String database = Quoting.sqlIdentifier(name);
        try (Connection connection = open(name)) {
            for (List<String> row : rows(connection, MOVED_COLLATIONS)) {
                collation(
                        row.getFirst(),
                        database,
                        "has version %s, and this image has %s".formatted(row.get(1), row.get(2)),
                        "ALTER COLLATION " + row.getFirst() + " REFRESH VERSION;");
            }
            for (List<String> row : rows(connection, UNVERSIONED_COLLATIONS)) {
                String libc = row.get(1);
                if (!recorded.equals(Optional.of(libc))) {
                    collation(
                            row.getFirst(),
                            database,
                            "%s, and this image has glibc %s".formatted(origin(recorded), libc),
                            remember(libc));
                }
            }
        } catch (SQLException e) {
            doubtful = true;
            LOG.info("Cannot compare the collations of {}: {}", name, e.getMessage());
        }
    }

    private void database(String name, String what, String afterwards) {
        doubtful = true;
        say.accept(
                """
                Database %s %s: indexes on text may miss rows. In that database%s: \
                REINDEX DATABASE %s; %s\
                """
                        .formatted(name, what, where, name, afterwards));
    }

    private void collation(String name, String database, String what, String afterwards) {
        doubtful = true;
        say.accept(
                """
                Collation %s in database %s %s: rebuild what uses it%s: REINDEX DATABASE \
                %s; %s\
                """
                        .formatted(name, database, what, where, database, afterwards));
    }

    private static String origin(Optional<String> recorded) {
        return recorded.map(version -> "was used with the C library " + version).orElse(BY_MUSL);
    }

    private String remember(String libc) {
        return "once all are done, on this volume: echo " + libc + " > '" + layout.libc() + "'";
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
        return rows(connection, query).stream().map(List::getFirst).toList();
    }

    private static List<List<String>> rows(Connection connection, String query)
            throws SQLException {
        List<List<String>> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                found.add(row);
            }
        }
        return found;
    }
}
