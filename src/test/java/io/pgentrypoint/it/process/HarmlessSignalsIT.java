package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.Proc;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// HUP, USR1 and USR2 end neither this program nor anything that it runs, whenever they come. What
/// has no handler for them yet would be ended by them.
class HarmlessSignalsIT {

    private static void sendAll(PidOne node) {
        List.of("HUP", "USR1", "USR2").forEach(node::send);
        node.awaitTaken();
    }

    private static void servesAndStops(PidOne node) {
        assertThat(node.awaitReady().sql("SELECT 1")).isEqualTo("1");
        assertThat(node.send("TERM").exitCode()).as(node.log()).isZero();
    }

    private static PidOne replica(PidOne node, int primaryPort) {
        return node.set("HA_MODE", "native")
                .set("REPLICATION_ROLE", "replica")
                .set("REPLICATION_PASSWORD", "secret")
                .set("REPLICATION_USER", "postgres2")
                .set("PRIMARY_HOST", "127.0.0.1")
                .set("PRIMARY_PORT", String.valueOf(primaryPort));
    }

    @Test
    void while_it_waits_and_while_it_clones() throws IOException {
        try (RealCluster primary = RealCluster.create();
                PidOne node = replica(new PidOne(), primary.port())) {
            node.start().awaitLog("Waiting for the primary");
            sendAll(node);

            primary.append("pg_hba.conf", "host all,replication postgres2 all trust\n");
            primary.append("postgresql.conf", "checkpoint_timeout = 1d\n");
            primary.start();
            primary.sql("CREATE ROLE postgres2 LOGIN REPLICATION PASSWORD 'secret'");
            // A base backup begins with a checkpoint: without the checkpointer it never does.
            long checkpointer = primary.process("checkpointer");
            Proc.signal("STOP", checkpointer);
            try {
                node.await(() -> node.runs("pg_basebackup"), "clones");
                sendAll(node);
            } finally {
                Proc.signal("CONT", checkpointer);
            }
            servesAndStops(node);
        }
    }

    @Test
    void during_initdb_and_during_the_bootstrap_servers_work() throws IOException {
        try (PidOne node = new PidOne().set("POSTGRES_DB", "app")) {
            // Each session of the bootstrap server waits for a second before its first statement.
            node.start("--", "-c", "post_auth_delay=1")
                    .await(() -> node.runs("initdb"), "runs initdb");
            sendAll(node);
            node.awaitLog("is ready to accept connections");
            sendAll(node);
            assertThat(node.log()).doesNotContain("init process complete");
            servesAndStops(node);
        }
    }

    /// The server's program waits before it becomes the server, and while it waits it is as
    /// defenceless as a program is by default. What a killed server left says that it is ready.
    @Test
    void while_the_server_has_no_handlers_yet() throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            Path go = node.home().resolve("go");
            Path here = node.home().resolve("here");
            node.set("PATH", stallingPrograms(node, here, go) + ":/usr/bin:/bin");
            node.start().await(() -> Files.exists(here), "has started the server's program");
            sendAll(node);
            node.awaitLog("Not passing USR2 on: the server is not up yet");
            assertThat(node.log()).doesNotContain("Reloading the server");
            Files.createFile(go);
            servesAndStops(node.awaitLog("is ready to accept").awaitLog("Reloading the server"));
        }
    }

    private static Path stallingPrograms(PidOne node, Path here, Path go) throws IOException {
        Path programs = Files.createDirectory(node.home().resolve("bin"));
        try (var real = Files.newDirectoryStream(RealCluster.programs())) {
            for (Path program : real) {
                Files.createSymbolicLink(programs.resolve(program.getFileName()), program);
            }
        }
        Path left = node.data().resolve("postmaster.pid");
        Files.writeString(left, "1\n%s\n1000\n1\n/nowhere\n\n 1 1\nready\n".formatted(node.data()));
        RealCluster.execute(List.of("chown", "postgres", left.toString()));
        Path postgres = programs.resolve("postgres");
        Files.delete(postgres);
        Files.writeString(
                postgres,
                """
                #!/bin/sh
                case "$*" in *--version*|*-C*) exec %1$s/postgres "$@" ;; esac
                : >%2$s
                until [ -e %3$s ]; do sleep 0.01; done
                exec %1$s/postgres "$@"
                """
                        .formatted(RealCluster.programs(), here, go));
        Files.setPosixFilePermissions(postgres, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }

    @Test
    void while_the_server_recovers() throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            node.crashWithMuchToRecover();
            long startup = node.start().holdProcess("startup");
            sendAll(node);
            node.awaitLog("Reloading the server").awaitLog("Passing USR2 on");
            Proc.signal("CONT", startup);
            servesAndStops(node);
        }
    }

    @Test
    void a_stop_while_the_server_recovers_is_no_crash() throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            node.crashWithMuchToRecover();
            long startup = node.start().holdProcess("startup");
            node.send("TERM").awaitLog("received fast shutdown request");
            Proc.signal("CONT", startup);
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.controlData("Database cluster state"))
                    .isEqualTo("shut down in recovery");
            node.start();
            servesAndStops(node);
            assertThat(node.log()).contains("redo done at");
        }
    }

    @Test
    void while_the_server_stops() throws Exception {
        try (PidOne node = PidOne.onCluster().start().awaitReady();
                Connection session =
                        new LocalServer(node.node().sockets(), node.port())
                                .open("postgres", Optional.empty(), "postgres")) {
            List<Long> backend = new ArrayList<>();
            try (var statement = session.createStatement();
                    var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                backend.add(node.pidOutside(row.getLong(1)));
            }
            Proc.signal("STOP", backend.getFirst());
            node.send("TERM").awaitLog("received fast shutdown request");
            sendAll(node);
            node.awaitLog("Passing USR2 on");
            Proc.signal("CONT", backend.getFirst());
            assertThat(node.exitCode()).as(node.log()).isZero();
            assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
        }
    }
}
