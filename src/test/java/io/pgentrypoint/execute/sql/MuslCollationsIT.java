package io.pgentrypoint.execute.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Superuser;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A cluster in the state that musl leaves behind, under a real server of glibc: no version where
/// glibc would have one, and no locale imported by initdb. The locale `xx_XX.utf8` need not exist
/// here: glibc's version is that of the library.
class MuslCollationsIT {

    private static final Superuser SUPERUSER =
            new Superuser("postgres", Optional.empty(), "postgres");

    private final RealCluster cluster = RealCluster.create().start();
    private final Layout layout = new Layout(cluster.data());

    @BeforeEach
    void stateDirectory() throws IOException {
        Files.createDirectory(layout.stateDirectory());
        cluster.sql("CREATE DATABASE app");
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void a_database_without_a_version_is_in_doubt_until_the_volume_remembers_this_c_library()
            throws SQLException, IOException {
        assumeTrue(major() >= 15, "older ones have no version of a database");
        cluster.sql(
                "UPDATE pg_database SET datcollate = 'xx_XX.utf8', datcollversion = NULL"
                        + " WHERE datname = 'app'");
        assertRefused("ALTER DATABASE app REFRESH COLLATION VERSION");
        String libc =
                ask(
                        "SELECT pg_database_collation_actual_version(oid) FROM pg_database"
                                + " WHERE datname = 'app'");

        for (int start = 0; start < 2; start++) {
            assertThat(warnings(major()))
                    .singleElement()
                    .asString()
                    .startsWith("Database \"app\" was built with a C library that tells no version")
                    .contains("this image has glibc " + libc)
                    .contains("REINDEX DATABASE \"app\";")
                    .endsWith("echo " + libc + " > '" + layout.libc() + "'");
            assertThat(layout.libc()).doesNotExist();
        }

        Files.writeString(layout.libc(), libc + "\n");
        assertThat(warnings(major())).isEmpty();

        Files.writeString(layout.libc(), "2.1\n");
        assertThat(warnings(major()))
                .singleElement()
                .asString()
                .startsWith("Database \"app\" was used with the C library 2.1, and this image has");
    }

    @Test
    void what_postgresql_was_made_to_remember_is_beyond_doubt() throws SQLException, IOException {
        assumeTrue(major() >= 15, "older ones have no version of a database");
        cluster.sql(
                "UPDATE pg_database SET datcollate = 'xx_XX.utf8', datcollversion = NULL"
                        + " WHERE datname = 'app'",
                "UPDATE pg_database SET datcollversion = pg_database_collation_actual_version(oid)"
                        + " WHERE datname = 'app'");
        assertThat(warnings(major())).isEmpty();
    }

    @Test
    void a_collation_without_a_version_is_in_doubt_where_something_uses_it()
            throws SQLException, IOException {
        cluster.sql(
                "CREATE COLLATION used (provider = libc, locale = 'C')",
                "CREATE COLLATION unused (provider = libc, locale = 'C')",
                "CREATE TABLE t (name text COLLATE used)",
                "UPDATE pg_collation SET collcollate = 'xx_XX.utf8', collversion = NULL"
                        + " WHERE collname IN ('used', 'unused')");
        assertRefused("ALTER COLLATION used REFRESH VERSION");
        String libc =
                ask(
                        "SELECT pg_collation_actual_version(oid) FROM pg_collation"
                                + " WHERE collname = 'used'");

        assertThat(warnings(major()))
                .singleElement()
                .asString()
                .startsWith("Collation public.used in database \"postgres\" was built with a C")
                .endsWith("echo " + libc + " > '" + layout.libc() + "'");
        assertThat(layout.libc()).doesNotExist();

        Files.writeString(layout.libc(), libc + "\n");
        assertThat(warnings(major())).isEmpty();
    }

    /// The statements for 13 and 14 are understood by all later ones.
    @Test
    void before_15_a_cluster_is_in_doubt_into_which_initdb_imported_no_locale()
            throws SQLException, IOException {
        cluster.sql(
                "UPDATE pg_database SET datcollate = 'xx_XX.utf8' WHERE datname = 'app'",
                "DELETE FROM pg_collation WHERE collprovider = 'c'"
                        + " AND collname NOT IN ('C', 'POSIX', 'ucs_basic')");

        assertThat(warnings(14))
                .singleElement()
                .asString()
                .startsWith("Database \"app\" was built with a C library that tells no version")
                .contains("REINDEX DATABASE \"app\";")
                .endsWith("SELECT pg_catalog.pg_import_system_collations('pg_catalog');");
        assertThat(layout.libc()).doesNotExist();

        cluster.sql("SELECT pg_catalog.pg_import_system_collations('pg_catalog')");
        assertThat(warnings(14)).isEmpty();
    }

    private List<String> warnings(int major) throws SQLException, IOException {
        List<String> said = new ArrayList<>();
        Collations.compare(layout, cluster.server(), SUPERUSER, major, said::add);
        return said;
    }

    /// Otherwise this would be the statement to advise.
    private void assertRefused(String refresh) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(refresh))
                    .hasMessageContaining("invalid collation version change");
        }
    }

    private String ask(String query) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private int major() throws SQLException {
        return Integer.parseInt(ask("SELECT current_setting('server_version_num')")) / 10_000;
    }

    private Connection open() throws SQLException {
        return cluster.server().open("postgres", Optional.empty(), "postgres");
    }
}
