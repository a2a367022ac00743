package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.Proc;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every signal in every phase. A stop before the server has started ends within a second with
/// 128+n, and the next start finds a volume on which it can do its work.
class SignalsIT {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static PidOne replica(PidOne node, int primaryPort) {
        return node.set("HA_MODE", "native")
                .set("REPLICATION_ROLE", "replica")
                .set("REPLICATION_PASSWORD", "secret")
                .set("REPLICATION_USER", "postgres2")
                .set("PRIMARY_HOST", "127.0.0.1")
                .set("PRIMARY_PORT", String.valueOf(primaryPort));
    }

    @Tag("timed")
    @ParameterizedTest
    @CsvSource({"TERM,143", "INT,130", "QUIT,131"})
    void a_stop_while_a_primary_does_not_answer(String signal, int code) throws IOException {
        // It takes connections and never says a word.
        try (ServerSocket primary = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
                PidOne node = replica(new PidOne(), primary.getLocalPort()).start()) {
            try (var _ = primary.accept()) {
                endsAtOnce(node.send(signal), code);
            }
            assertThat(node.data())
                    .satisfiesAnyOf(
                            data -> assertThat(data).doesNotExist(),
                            SignalsIT::assertHoldsALockOnly);
        }
    }

    private static void assertHoldsALockOnly(Path data) {
        Layout layout = new Layout(data);
        assertThat(data).isDirectoryNotContaining(file -> !file.equals(layout.stateDirectory()));
        assertThat(layout.stateDirectory())
                .isDirectoryNotContaining(file -> !file.equals(layout.lock()));
    }

    @Tag("timed")
    @Test
    void a_stop_while_there_is_no_primary() throws IOException {
        try (PidOne node = replica(new PidOne(), RealCluster.freePort()).start()) {
            endsAtOnce(node.awaitLog("Waiting for the primary").send("TERM"), 143);
        }
    }

    @Tag("timed")
    @Test
    void a_stop_during_initdb_and_the_next_start_begins_anew() throws IOException {
        try (PidOne node = new PidOne().start()) {
            node.await(() -> node.runs("initdb"), "runs initdb");
            endsAtOnce(node.send("TERM"), 143);
            assertThat(node.data().resolve("global")).doesNotExist();

            node.start().awaitReady();
            assertThat(node.log()).contains("discard what it built", "init process complete");
        }
    }

    @Tag("timed")
    @Test
    void a_stop_during_the_bootstrap_servers_work_and_the_next_start_begins_anew()
            throws IOException {
        try (PidOne node = new PidOne().set("POSTGRES_DB", "app")) {
            // Each session of it waits before its first statement.
            node.start("--", "-c", "post_auth_delay=60").awaitLog("is ready to accept connections");
            endsAtOnce(node.send("TERM"), 143);
            assertThat(node.data().resolve("global")).doesNotExist();

            node.start().awaitReady();
            assertThat(node.sql("SELECT datname FROM pg_database WHERE datname = 'app'"))
                    .isEqualTo("app");
        }
    }

    @Tag("timed")
    @Test
    void a_stop_during_a_clone_and_the_next_start_clones_again() throws IOException {
        try (RealCluster primary = RealCluster.create()) {
            primary.append("pg_hba.conf", "host all,replication postgres2 all trust\n");
            primary.start();
            primary.sql("CREATE ROLE postgres2 LOGIN REPLICATION PASSWORD 'secret'");
            long checkpointer = primary.process("checkpointer");
            try (PidOne node = replica(new PidOne(), primary.port())) {
                // A base backup begins with a checkpoint: without the checkpointer it never does.
                Proc.signal("STOP", checkpointer);
                try {
                    node.start().await(() -> node.runs("pg_basebackup"), "clones");
                    endsAtOnce(node.send("TERM"), 143);
                } finally {
                    Proc.signal("CONT", checkpointer);
                }
                assertThat(node.data().resolve("global")).doesNotExist();

                node.start().awaitReady();
                assertThat(node.sql("SELECT pg_is_in_recovery()")).isEqualTo("t");
                endsClean(node.send("TERM"), "shut down in recovery");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void a_running_server_stops_cleanly(String signal) throws IOException {
        try (PidOne node = PidOne.onCluster().start().awaitReady()) {
            endsClean(node.send(signal), "shut down");
            assertThat(node.log())
                    .contains("Checkpoint written in", "received fast shutdown request")
                    .doesNotContain("terminating connection");
        }
    }

    @Test
    @DisplayName("SIG-1: quit is an immediate shutdown and no thread dump")
    void quit_is_an_immediate_shutdown_and_no_thread_dump() throws IOException {
        try (PidOne node = PidOne.onCluster().start().awaitReady()) {
            assertThat(node.send("QUIT").exitCode()).isEqualTo(1);
            assertThat(node.controlData("Database cluster state")).isEqualTo("in production");
            assertThat(node.log())
                    .contains("received immediate shutdown request", "\"in production\"")
                    .doesNotContain("Full thread dump");
            endsClean(node.start().awaitReady().send("TERM"), "shut down");
        }
    }

    @Test
    void ctrl_c_reaches_the_whole_group_and_is_one_stop() throws IOException {
        try (PidOne node = PidOne.onCluster().inOwnGroup().start().awaitReady()) {
            Proc.signal("INT", -node.group());
            endsClean(node, "shut down");
        }
    }

    @Test
    void ctrl_c_during_initdb_is_a_stop_and_no_failure_of_initdb() throws IOException {
        try (PidOne node = new PidOne().inOwnGroup().start()) {
            node.await(() -> node.runs("initdb"), "runs initdb");
            Proc.signal("INT", -node.group());
            assertThat(node.exitCode()).isEqualTo(130);
            assertThat(node.log()).doesNotContain("ERROR");
        }
    }

    @Test
    @DisplayName("SIG-1: hup brings our files up to date and reloads")
    void hup_brings_our_files_up_to_date_and_reloads() throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            node.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "primary")
                    .set("REPLICATION_PASSWORD", "secret")
                    .start()
                    .awaitReady();
            Path hba = node.data().resolve("pg_hba.conf");
            String before = Files.readString(hba);
            Files.writeString(hba, "local all all trust\n");
            Files.writeString(
                    node.data().resolve("postgresql.conf"),
                    "work_mem = '5MB'\n",
                    StandardOpenOption.APPEND);
            node.send("HUP").awaitLog("reloading configuration files");
            node.await(() -> node.sql("SHOW work_mem").equals("5MB"), "has read work_mem");
            assertThat(before).contains("# entrypoint: begin");
            assertThat(hba).content().contains("# entrypoint: begin");
            endsClean(node.send("TERM"), "shut down");
        }
    }

    @Test
    void hup_brings_a_changed_replication_password_to_the_role() throws IOException {
        Path secret = Files.createTempFile("secret", null);
        Files.writeString(secret, "old");
        RealCluster.execute(List.of("chown", "postgres", secret.toString()));
        try (PidOne node = PidOne.onCluster()) {
            node.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "primary")
                    .set("REPLICATION_PASSWORD_FILE", secret.toString())
                    .start()
                    .awaitReady();
            String verifier = "SELECT rolpassword FROM pg_authid WHERE rolname = 'replicator'";
            node.await(() -> !node.sql(verifier).isEmpty(), "has the role");
            String old = node.sql(verifier);
            Files.writeString(secret, "new");
            node.send("HUP").await(() -> !node.sql(verifier).equals(old), "has a new password");
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void settings_that_became_wrong_are_said_and_the_server_goes_on() throws IOException {
        Path secret = Files.createTempFile("secret", null);
        RealCluster.execute(List.of("chown", "postgres", secret.toString()));
        Files.writeString(secret, "password");
        try (PidOne node = PidOne.onCluster()) {
            node.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "primary")
                    .set("REPLICATION_PASSWORD_FILE", secret.toString())
                    .start()
                    .awaitReady();
            Files.delete(secret);
            node.send("HUP").awaitLog("reloading configuration files");
            assertThat(node.log()).contains("Cannot update the configuration files: REPLICATION_");
            endsClean(node.send("TERM"), "shut down");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"USR1", "USR2"})
    void other_signals_are_forwarded(String signal) throws IOException {
        try (PidOne node = PidOne.onCluster().start().awaitReady()) {
            node.send(signal).awaitLog("Passing " + signal + " on");
            assertThat(node.sql("SELECT 1")).isEqualTo("1");
        }
    }

    private static void endsAtOnce(PidOne node, int code) {
        assertThat(node.timeToEnd()).as(node.log()).isLessThan(SECOND);
        assertThat(node.exitCode()).isEqualTo(code);
    }

    private static void endsClean(PidOne node, String state) {
        assertThat(node.exitCode()).as(node.log()).isZero();
        assertThat(node.controlData("Database cluster state")).isEqualTo(state);
    }
}
