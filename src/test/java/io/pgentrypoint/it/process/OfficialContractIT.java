package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the official image promises besides init scripts. The ids are those of
/// docs/reference/official-image.md.
class OfficialContractIT {

    private static final String ENSURE = "docker-ensure-initdb.sh";
    private static final String ENFORCE = "docker-enforce-initdb.sh";

    @Test
    @DisplayName("MSG-1: a missing password is said in the words of the official image")
    void a_missing_password_is_said_in_the_words_of_the_official_image() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().without("POSTGRES_PASSWORD")) {
            Run.Ended ended = node.call();
            assertThat(ended.code()).isEqualTo(78);
            assertThat(ended.stderr())
                    .contains(
                            """
                            Error: Database is uninitialized and superuser password is not specified.
                                   You must specify POSTGRES_PASSWORD to a non-empty value for the
                                   superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

                                   You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
                                   connections without a password. This is *not* recommended.

                                   See PostgreSQL documentation about "trust":
                                   https://www.postgresql.org/docs/current/auth-trust.html
                            """);
        }
    }

    @Test
    @DisplayName("MSG-2: trust is warned of in a box, once, and without a password")
    void trust_is_warned_of_in_a_box() throws IOException {
        try (ProcessNode node =
                ProcessNode.standalone()
                        .without("POSTGRES_PASSWORD")
                        .with("POSTGRES_HOST_AUTH_METHOD", "trust")) {
            node.initScript(
                    "a.sh", "echo \"password=[$POSTGRES_PASSWORD] $POSTGRES_HOST_AUTH_METHOD\"");
            Run.Ended first = node.call("init");
            assertThat(first.code()).isZero();
            assertThat(first.stdout()).contains("password=[] trust\n");
            String box = "*".repeat(80) + "\n";
            assertThat(first.stderr())
                    .contains(
                            box
                                    + "WARNING: POSTGRES_HOST_AUTH_METHOD has been set to"
                                    + " \"trust\". This will allow\n")
                    .contains("         \"docker run\".\n" + box);
            assertThat(node.call("init").stderr()).doesNotContain(box);
            assertThat(Files.readString(new Layout(node.data).hbaConf()))
                    .endsWith("\nhost all all all trust\n");
        }
    }

    @Test
    @DisplayName("INITD-6: an empty directory is a line that people know")
    void an_empty_script_directory_is_a_line_that_people_know() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.serve();
            // After the lines of the bootstrap server.
            assertThat(run.stop().stdout())
                    .endsWith(
                            " is shut down\n\n/usr/local/bin/docker-entrypoint.sh: ignoring"
                                    + " /docker-entrypoint-initdb.d/*\n\n\n"
                                    + "PostgreSQL init process complete; ready for start up.\n\n");
        }
    }

    @Test
    @DisplayName("MSG-4: a script directory that cannot be listed stops the start with ls's 2")
    void a_script_directory_that_cannot_be_listed_stops_the_start() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path directory = node.initScript("a.sql", "select 1;").getParent();
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("-wx------"));
            Run.Ended ended = node.asOrdinaryUser().call("init");
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.stderr())
                    .contains(
                            "ls: cannot open directory '" + directory + "/': Permission denied\n");
            assertThat(node.data.resolve("PG_VERSION")).doesNotExist();
        }
    }

    @Test
    @DisplayName("1.6: docker-ensure-initdb.sh and docker-enforce-initdb.sh mean what they mean")
    void ensure_and_enforce_mean_what_they_mean() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sql", "select 1;");
            Run.Ended made = node.call(ENFORCE, "postgres", "-c", "max_connections=29");
            assertThat(made.code()).as(made.stderr()).isZero();
            assertThat(made.stdout()).contains("a.sql").doesNotContain("ready for start up");
            Run.Ended ensured = node.call(ENSURE);
            assertThat(ensured.code()).isZero();
            assertThat(ensured.stdout()).isEmpty();
            assertThat(ensured.stderr())
                    .contains(
                            ENSURE
                                    + ": note: database already initialized in '"
                                    + node.data
                                    + "'!\n");
            Run.Ended enforced = node.call(ENFORCE);
            assertThat(enforced.code()).isEqualTo(1);
            assertThat(enforced.stderr())
                    .contains(
                            ENFORCE
                                    + ": error: (unexpected) database found in '"
                                    + node.data
                                    + "'!\n");
        }
    }

    @Test
    @DisplayName("ARG-8: a configuration directory of the user's own (postgres -D DIRECTORY)")
    void a_configuration_directory_of_the_users_own() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path own = Files.createDirectory(node.home.resolve("etc"));
            Files.writeString(
                    own.resolve("postgresql.conf"),
                    "data_directory = '"
                            + node.data
                            + "'\nmax_connections = 23\nlisten_addresses = ''\nfsync = off\n"
                            + "unix_socket_directories = '"
                            + node.home.resolve("s")
                            + "'\n");
            Files.writeString(own.resolve("pg_hba.conf"), "local all all trust\n");
            Files.writeString(own.resolve("pg_ident.conf"), "");
            node.initScript("a.sql", "show max_connections;");
            Run run = node.serve("postgres", "-D", own.toString());
            assertThat(node.ask("SHOW max_connections")).isEqualTo("23");
            assertThat(run.stop().code()).isZero();
            Run again = node.serve("postgres", "-D", own.toString());
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("ARG-7: arguments of the server hold for the server of the scripts too")
    void arguments_of_the_server_hold_for_the_server_of_the_scripts_too() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sql", "show log_line_prefix;", "show work_mem;");
            Run run = node.serve("-c", "log_line_prefix=%m [%p] it's # ", "-cwork_mem=5MB");
            assertThat(run.said()).contains("%m [%p] it's # \n", " 5MB\n");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("INIT-2, INIT-4: with --auth=scram scripts get in with the password they have")
    void with_scram_on_the_socket_scripts_get_in_with_the_password_they_have() throws IOException {
        try (ProcessNode node =
                ProcessNode.standalone()
                        .with("POSTGRES_DB", "app")
                        .with("POSTGRES_INITDB_ARGS", "--no-locale --auth=scram-sha-256")) {
            node.initScript("a.sql", "select 'plain';");
            node.initProgram("b.sh", "psql -U postgres -Atc \"select 'program'\"");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).as(ended.stderr()).isZero();
            assertThat(ended.stdout()).contains(" plain\n", "program\n");
        }
    }

    @Test
    @DisplayName("1.5: POSTGRES_INITDB_WALDIR, also when a script fails in between")
    void the_wal_directory_is_used_and_emptied_with_what_is_thrown_away() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path wal = node.home.resolve("wal");
            node.with("POSTGRES_INITDB_WALDIR", wal.toString());
            Path file = node.initScript("a.sh", "exit 5");
            assertThat(node.call("init").code()).isEqualTo(5);
            Files.delete(file);
            Run run = node.serve();
            assertThat(node.data.resolve("pg_wal")).isSymbolicLink();
            assertThat(Files.readSymbolicLink(node.data.resolve("pg_wal"))).isEqualTo(wal);
            assertThat(Files.getPosixFilePermissions(wal))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(run.stop().code()).isZero();
        }
    }

    @ParameterizedTest
    @DisplayName(
            "1.5: --waldir and -X in POSTGRES_INITDB_ARGS, also when a script fails in between")
    @ValueSource(strings = {"--waldir=", "-X "})
    void a_wal_directory_among_the_arguments_belongs_to_the_first_boot(String option)
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone().ownHome()) {
            Path wal = node.home.resolve("wal");
            node.with("POSTGRES_INITDB_ARGS", "--no-locale " + option + wal);
            Path file = node.initScript("a.sh", "exit 5");
            assertThat(node.call("init").code()).isEqualTo(5);
            Files.delete(file);
            Run run = node.serve();
            assertThat(Files.readSymbolicLink(node.data.resolve("pg_wal"))).isEqualTo(wal);
            assertThat(run.stop().code()).isZero();
        }
    }

    @ParameterizedTest
    @DisplayName(
            "INIT-6: --allow-group-access is kept, with scripts and without, and at each start")
    @ValueSource(booleans = {true, false})
    void group_access_is_kept(boolean scripts) throws IOException {
        try (ProcessNode node =
                ProcessNode.standalone()
                        .with("POSTGRES_INITDB_ARGS", "--no-locale --allow-group-access")) {
            if (scripts) {
                node.initScript("a.sql", "select 1;");
            }
            for (int i = 0; i < 2; i++) {
                assertThat(node.call("init").code()).isZero();
                assertThat(Files.getPosixFilePermissions(node.data))
                        .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
            }
            Run run = node.serve();
            assertThat(node.ask("SHOW data_directory_mode")).isEqualTo("0750");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("CRASH-3: an init that another program has left half done is told from a database")
    void an_init_that_another_program_left_half_done_is_told_from_a_database() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Files.createDirectories(node.data);
            Files.writeString(node.data.resolve("PG_VERSION"), "15\n");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(65);
            assertThat(ended.stderr()).contains("it was never finished");
        }
    }
}
