package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the server says of the files that are written for it.
class ServerComplaintsIT {

    private static final String PENDING =
            "SELECT coalesce(string_agg(name, ','), 'none') FROM pg_settings WHERE pending_restart";

    private static final String ERRORS =
            "SELECT coalesce(string_agg(name || ': ' || error, ','), 'none') FROM pg_file_settings"
                    + " WHERE error IS NOT NULL";

    private static final String[] COMPLAINTS = {
        "contains errors", "cannot be changed", "unrecognized"
    };

    private static void reload(ProcessNode node, Run run) {
        int before = reloads(run);
        run.signal("HUP");
        while (reloads(run) == before) {
            run.leave(Duration.ofMillis(20));
        }
        // The postmaster goes through its files before it takes the next connection.
        assertSilent(node, run);
    }

    private static int reloads(Run run) {
        return run.said().split("received SIGHUP, reloading", -1).length;
    }

    private static void assertSilent(ProcessNode node, Run run) {
        assertThat(node.ask(PENDING)).isEqualTo("none");
        assertThat(node.ask(ERRORS)).isEqualTo("none");
        assertSilent(run);
    }

    private static void assertSilent(Run run) {
        assertThat(run.said())
                .doesNotContain(COMPLAINTS)
                .doesNotContain("Cannot update the configuration files");
    }

    @Test
    void no_start_reload_or_promotion_of_ours_makes_the_server_complain() throws IOException {
        try (ProcessNode primary =
                        ProcessNode.primary().with("POSTGRES_CONF_max_connections", "150");
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port).with("REPLICATION_SLOT", "auto")) {
            Run first = primary.made().serve();
            reload(primary, first);
            assertThat(first.stop().code()).isZero();
            first = primary.serve();
            reload(primary, first);

            Run clone = replica.serve();
            assertThat(replica.ask("SHOW max_connections")).isEqualTo("150");
            reload(replica, clone);
            assertThat(clone.stop().code()).isZero();
            Run run = replica.serve();
            reload(replica, run);

            assertThat(first.stop().code()).isZero();
            Run.Ended promoted = replica.call("promote");
            assertThat(promoted.code()).as(promoted.stdout() + promoted.stderr()).isZero();
            assertSilent(replica, run);
            reload(replica, run);
            reload(replica, run);
            assertThat(replica.ask("SHOW primary_conninfo")).isEmpty();
            assertThat(run.stop().code()).isZero();

            // What took a restart is gone after one.
            Run primaryNow = replica.asPrimary().serve();
            assertThat(replica.ask("SHOW max_connections")).isEqualTo("100");
            reload(replica, primaryNow);
            assertThat(primaryNow.stop().code()).isZero();
            assertSilent(primaryNow);
        }
    }

    private static ProcessNode anew(String mode) throws IOException {
        return mode.equals("standalone") ? ProcessNode.standalone() : ProcessNode.primary();
    }

    @ParameterizedTest
    @ValueSource(strings = {"standalone", "primary"})
    void a_reload_by_an_init_script_makes_no_server_complain_and_leaves_nothing_behind(String mode)
            throws IOException {
        try (ProcessNode node =
                anew(mode)
                        .with("POSTGRES_CONF_listen_addresses", "*")
                        .with("POSTGRES_CONF_archive_mode", "on")
                        .with("POSTGRES_CONF_archive_command", "true")
                        .with("POSTGRES_CONF_unix_socket_permissions", "0770")
                        .with("POSTGRES_CONF_fsync", "on")) {
            node.initScript(
                    "b.sql",
                    "ALTER SYSTEM SET work_mem = '5MB';",
                    "SELECT pg_reload_conf();",
                    "\\connect",
                    "SHOW work_mem;",
                    ERRORS + ";",
                    PENDING + ";");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
            assertThat(ended.stdout())
                    .contains("5MB")
                    .containsPattern("(?s)-\\n none\\n.*-\\n none\\n");
            assertThat(ended.stdout() + ended.stderr()).doesNotContain(COMPLAINTS);
            assertThat(Files.readString(node.data.resolve("postgresql.conf")))
                    .doesNotContain("bootstrap.conf");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"standalone", "primary"})
    void a_reload_by_a_start_script_makes_no_server_complain_and_changes_no_file(String mode)
            throws IOException {
        try (ProcessNode node =
                anew(mode)
                        .with("POSTGRES_CONF_listen_addresses", "*")
                        .with("POSTGRES_CONF_unix_socket_permissions", "0770")) {
            assertThat(node.call("init").code()).isZero();
            Path configuration = node.data.resolve("postgresql.conf");
            Files.writeString(
                    configuration,
                    "max_worker_processes = 9\ninclude_dir 'conf.d'\n",
                    StandardOpenOption.APPEND);
            Path more = Files.createDirectory(node.data.resolve("conf.d")).resolve("a.conf");
            Files.writeString(more, "max_wal_senders = 11\n");
            String before = Files.readString(configuration);
            node.startScript(
                    "b.sql",
                    "ALTER SYSTEM SET work_mem = '5MB';",
                    "SELECT pg_reload_conf();",
                    "\\connect",
                    "SHOW work_mem;",
                    "SHOW max_wal_senders;",
                    ERRORS + ";",
                    PENDING + ";");

            Run run = node.serve();
            assertThat(run.said())
                    .contains("5MB", "-\n 11\n")
                    .containsPattern("(?s)-\\n none\\n.*-\\n none\\n");
            reload(node, run);
            assertThat(node.ask("SHOW config_file")).isEqualTo(configuration.toString());
            assertThat(run.stop().code()).isZero();
            assertSilent(run);
            assertThat(configuration).hasContent(before);
        }
    }

    /// PostgreSQL reads postgresql.auto.conf last and has no setting for its place
    /// (ProcessConfigFile of guc-file.l), and the server for scripts must not open TCP: that it
    /// complains is a limit that the documents name.
    @Test
    void an_address_set_by_alter_system_is_a_complaint_of_the_server_for_scripts_only()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.serve();
            node.sql("ALTER SYSTEM SET listen_addresses = '127.0.0.1'");
            assertThat(run.stop().code()).isZero();
            node.startScript("b.sql", "SELECT pg_reload_conf();", "\\connect");

            run = node.serve();
            int before = reloads(run);
            run.signal("HUP");
            while (reloads(run) == before) {
                run.leave(Duration.ofMillis(20));
            }
            assertThat(node.ask(PENDING)).isEqualTo("none");
            assertThat(node.ask(ERRORS)).isEqualTo("none");
            assertThat(node.ask("SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(run.stop().code()).isZero();
            assertThat(run.said())
                    .containsOnlyOnce("parameter \"listen_addresses\" cannot be changed");
        }
    }

    @Test
    void a_primary_that_allows_more_makes_no_reload_of_its_replica_ask_for_a_restart()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run first = primary.made().serve();
            Run run = replica.serve();
            assertThat(first.stop().code()).isZero();
            first = primary.with("POSTGRES_CONF_max_connections", "150").serve();
            while (!replica.ask("SELECT pg_get_wal_replay_pause_state()").equals("paused")) {
                run.leave(Duration.ofMillis(50));
            }

            String needed =
                    "max_connections = 100 is below the primary's 150; a restart of this node";
            assertThat(replica.call("status").stdout())
                    .contains("healthy   no: cannot go on replaying: " + needed)
                    .contains("replay    paused: " + needed);
            reload(replica, run);
            assertThat(replica.ask("SHOW max_connections")).isEqualTo("100");
            assertThat(run.stop().code()).isZero();
            run = replica.serve();
            assertThat(replica.ask("SHOW max_connections")).isEqualTo("150");
            assertThat(replica.call("status").stdout()).doesNotContain("paused");
            assertThat(run.stop().code()).isZero();
            assertThat(first.stop().code()).isZero();
        }
    }
}
