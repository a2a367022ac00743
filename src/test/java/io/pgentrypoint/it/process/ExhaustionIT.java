package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.it.process.ProbeClient.Idle;
import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.Proc;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// In each phase clients of the probes want all that there is of heap and connections, and then no
/// descriptor, thread or process is to be had any more. PID 1 hears a stop all the same.
class ExhaustionIT {

    /// A third of what the image gives: little more than a start takes.
    private static final String[] HEAP = {"-Xms8m", "-Xmn2m", "-Xmx10m"};

    private final ProbeClient client = new ProbeClient(RealCluster.freePort());

    private PidOne small(PidOne node) {
        return node.set("PROBE_PORT", String.valueOf(client.port())).option(HEAP);
    }

    private PidOne onCluster() throws IOException {
        return small(PidOne.onCluster());
    }

    private PidOne replica(int primaryPort) throws IOException {
        return small(new PidOne())
                .set("HA_MODE", "native")
                .set("REPLICATION_ROLE", "replica")
                .set("REPLICATION_USER", "postgres2")
                .set("REPLICATION_PASSWORD", "secret")
                .set("PRIMARY_HOST", "127.0.0.1")
                .set("PRIMARY_PORT", String.valueOf(primaryPort));
    }

    /// Also its server can start no process any more.
    private Idle exhaustServing(PidOne node) throws Exception {
        Proc.leaveNoProcess(node.server().pid());
        return exhaust(node);
    }

    /// The connections stay until the node has ended.
    private Idle exhaust(PidOne node) throws Exception {
        node.await(client::answers, "answers");
        client.flood();
        Idle idle = client.idle();
        for (int i = 0; i < 20; i++) {
            assertThat(client.livez()).isEqualTo("HTTP/1.1 200 OK");
        }
        Proc.leaveNoDescriptor(node.pid());
        Proc.leaveNoProcess(node.pid());
        node.await(client::answers, "answers without descriptors and threads");
        return idle;
    }

    /// The one file of /docker-entrypoint-initdb.d.
    private static PidOne withInitScript(PidOne node, String... lines) throws IOException {
        Path directory = node.home().resolve("docker-entrypoint-initdb.d");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("a.sh"), String.join("\n", lines) + "\n");
        return node;
    }

    private static void assertEnds(PidOne node, int code) {
        assertThat(node.exitCode()).as(node.log()).isEqualTo(code);
        assertThat(node.log()).doesNotContain("OutOfMemoryError").doesNotContain("a bug");
    }

    private static void assertState(PidOne node, String state) {
        assertThat(node.controlData("Database cluster state")).isEqualTo(state);
    }

    @Test
    void while_the_scripts_of_a_first_boot_run_and_the_next_start_begins_anew() throws Exception {
        try (PidOne node = small(new PidOne())) {
            withInitScript(node, "echo begun", "sleep 600").start().awaitLog("begun");
            try (Idle _ = exhaust(node)) {
                assertEnds(node.send("TERM"), 143);
            }
            withInitScript(node, "psql -c 'CREATE TABLE made ()'").start();
            node.awaitLog("PostgreSQL init process complete").awaitReady();
            assertThat(node.sql("SELECT to_regclass('made')")).isEqualTo("made");
        }
    }

    @Test
    void while_it_clones_and_the_next_start_clones_again() throws Exception {
        try (RealCluster primary = RealCluster.create()) {
            primary.append("pg_hba.conf", "host all,replication postgres2 all trust\n");
            primary.start();
            primary.sql("CREATE ROLE postgres2 LOGIN REPLICATION PASSWORD 'secret'");
            // A base backup begins with a checkpoint: without the checkpointer it never does.
            long checkpointer = primary.process("checkpointer");
            try (PidOne node = replica(primary.port())) {
                Proc.signal("STOP", checkpointer);
                try {
                    node.start().await(() -> node.runs("pg_basebackup"), "clones");
                    try (Idle _ = exhaust(node)) {
                        assertEnds(node.send("TERM"), 143);
                    }
                } finally {
                    Proc.signal("CONT", checkpointer);
                }
                node.start().awaitReady();
                assertThat(node.sql("SELECT pg_is_in_recovery()")).isEqualTo("t");
            }
        }
    }

    @Test
    void while_it_waits_for_its_primary() throws Exception {
        try (PidOne node = replica(RealCluster.freePort()).start()) {
            node.awaitLog("Waiting for the primary");
            try (Idle _ = exhaust(node)) {
                // The next attempt takes a thread.
                node.awaitLog("it cannot be asked: unable to create native thread");
                assertEnds(node.send("TERM"), 143);
            }
        }
    }

    @Test
    void while_the_server_recovers() throws Exception {
        try (PidOne node = onCluster()) {
            node.crashWithMuchToRecover();
            long startup = node.start().holdProcess("startup");
            try (Idle _ = exhaustServing(node)) {
                node.send("TERM").awaitLog("received fast shutdown request");
                Proc.signal("CONT", startup);
                assertEnds(node, 0);
            }
            assertState(node, "shut down in recovery");
            node.start().awaitReady();
        }
    }

    @Test
    void while_the_server_serves() throws Exception {
        try (PidOne node = onCluster().start().awaitReady();
                Idle _ = exhaustServing(node)) {
            assertEnds(node.send("TERM"), 0);
            assertState(node, "shut down");
        }
    }

    @Test
    void while_the_server_stops() throws Exception {
        try (PidOne node = onCluster().start().awaitReady()) {
            long checkpointer = node.holdProcess("checkpointer");
            node.send("TERM").awaitLog("Stopping the server: a checkpoint first");
            try (Idle _ = exhaustServing(node)) {
                Proc.signal("CONT", checkpointer);
                assertEnds(node, 0);
            }
            assertState(node, "shut down");
        }
    }

    @Test
    void lines_without_an_end_are_cut_and_the_log_goes_on_as_json() throws Exception {
        try (PidOne node =
                onCluster()
                        .set("LOG_FORMAT", "json")
                        .set("POSTGRES_CONF_log_statement", "none")
                        .start()
                        .awaitReady()) {
            for (int i = 0; i < 3; i++) {
                node.sql("DO $$ BEGIN RAISE LOG '%', repeat('x', 20000000); END $$");
            }
            node.sql("DO $$ BEGIN RAISE LOG 'the last line'; END $$");
            node.awaitLog("\"message\":\"the last line\"");
            assertEnds(node.send("TERM"), 0);
            assertThat(node.log()).contains("database system is shut down");
            assertState(node, "shut down");
        }
    }
}
