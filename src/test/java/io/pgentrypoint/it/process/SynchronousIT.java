package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// SYNCHRONOUS_STANDBYS: a commit waits for a standby, and for none that never came.
class SynchronousIT {

    private static final String NAMES = "SHOW synchronous_standby_names";
    private static final String ON = "Commits wait for ANY 1 (*) from now on";
    private static final String OFF = "Commits wait for no standby of ANY 1 (*) yet";
    private static final String WAITING =
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

    private static ProcessNode primary() throws IOException {
        return ProcessNode.primary().with("SYNCHRONOUS_STANDBYS", "ANY 1 (*)");
    }

    @Test
    void a_lone_primary_takes_commits_and_waits_for_a_standby_from_when_one_streams()
            throws IOException {
        try (ProcessNode primary = primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run serving = primary.made().serve();
            serving.await(OFF, 30);
            primary.sql("CREATE TABLE t AS SELECT 1 AS n");
            assertThat(primary.ask(NAMES)).isEmpty();
            Run standby = replica.serve();
            serving.await(ON + "; now streaming: replica", 60);
            assertThat(primary.ask(NAMES)).isEqualTo("ANY 1 (*)");
            Pair.await(primary, "SELECT sync_state FROM pg_stat_replication", "quorum");

            // It goes, and commits wait for it to come back, whatever is reloaded meanwhile.
            standby.kill();
            Thread commit =
                    Thread.ofPlatform().start(() -> primary.sql("INSERT INTO t VALUES (2)"));
            Pair.await(primary, WAITING, "1");
            serving.signal("HUP");
            serving.await("received SIGHUP", 30);
            assertThat(primary.ask(NAMES)).isEqualTo("ANY 1 (*)");
            Run again = replica.serve();
            join(commit);
            Pair.await(replica, "SELECT count(*) FROM t", "2");
            assertThat(again.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    @Test
    void a_primary_that_starts_alone_again_does_not_hang() throws IOException {
        try (ProcessNode primary = primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run serving = primary.made().serve();
            Run standby = replica.serve();
            serving.await(ON, 60);
            assertThat(standby.stop().code()).isZero();
            serving.kill();
            Run again = primary.serve();
            again.await(OFF, 30);
            assertThat(again.said()).contains("no standby streams yet, and each commit would wait");
            primary.sql("CREATE TABLE t AS SELECT 1 AS n");
            Run back = replica.serve();
            again.await(ON, 60);
            assertThat(back.stop().code()).isZero();
            assertThat(again.stop().code()).isZero();
            // Asked for no more.
            Run last = primary.without("SYNCHRONOUS_STANDBYS").serve();
            assertThat(primary.ask(NAMES)).isEmpty();
            primary.sql("INSERT INTO t VALUES (2)");
            assertThat(last.stop().code()).isZero();
        }
    }

    @Test
    void a_replica_that_is_promoted_waits_for_standbys_of_its_own() throws IOException {
        try (ProcessNode primary = primary();
                ProcessNode replica =
                        ProcessNode.replicaOf(primary.port)
                                .with("SYNCHRONOUS_STANDBYS", "ANY 1 (*)");
                ProcessNode third =
                        ProcessNode.replicaOf(replica.port).with("REPLICA_NAME", "third")) {
            Run serving = primary.made().serve();
            Run standby = replica.serve();
            serving.await(ON, 60);
            serving.kill();
            assertThat(replica.call("promote").code()).isZero();
            standby.await(OFF, 60);
            replica.sql("CREATE TABLE t AS SELECT 1 AS n");
            Run follower = third.serve();
            standby.await(ON + "; now streaming: third", 60);
            assertThat(replica.ask(NAMES)).isEqualTo("ANY 1 (*)");
            assertThat(follower.stop().code()).isZero();
            assertThat(standby.stop().code()).isZero();
        }
    }

    @Test
    void a_server_that_crashes_and_recovers_waits_for_a_standby_all_the_same() throws IOException {
        try (ProcessNode primary = primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run serving = primary.made().serve();
            serving.await(OFF, 30);
            long backend =
                    Long.parseLong(
                            primary.ask(
                                    "SELECT pid FROM pg_stat_activity"
                                            + " WHERE backend_type = 'walwriter'"));
            Run.kill("KILL", List.of(backend));
            serving.await("all server processes terminated; reinitializing", 30);
            Run standby = replica.serve();
            serving.await(ON, 60);
            assertThat(standby.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    /// Its WAL stream is acknowledged like a standby's, if it has a slot.
    @Test
    void a_clone_under_way_is_no_standby_to_wait_for() throws IOException {
        try (ProcessNode primary = primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port);
                ProcessNode second =
                        ProcessNode.replicaOf(primary.port).with("REPLICA_NAME", "second")) {
            Run serving = primary.made().serve();
            primary.sql("CREATE TABLE t AS SELECT 1 AS n");
            Run standby = replica.serve();
            serving.await(ON, 60);
            standby.kill();
            Thread commit =
                    Thread.ofPlatform().start(() -> primary.sql("INSERT INTO t VALUES (2)"));
            Pair.await(primary, WAITING, "1");
            Run cloning = cloningSlowly(second).start();
            Pair.await(
                    primary,
                    "SELECT sync_state FROM pg_stat_replication"
                            + " WHERE application_name = 'clone second' AND state = 'streaming'",
                    "async");
            assertThat(primary.ask(WAITING)).isEqualTo("1");
            assertThat(cloning.said()).doesNotContain("Cloned");
            join(commit);
            Pair.await(second, "SELECT count(*) FROM t", "2");
            assertThat(cloning.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    /// By programs of its own, of which one takes some seconds for the 30 MB of a new cluster.
    private static ProcessNode cloningSlowly(ProcessNode node) throws IOException {
        Path programs = node.ownDirectory("bin");
        for (Path program : FileTree.list(RealCluster.programs())) {
            Path own = programs.resolve(program.getFileName());
            switch (String.valueOf(program.getFileName())) {
                // The others are looked for beside it, whatever it is a link to.
                case "postgres" -> script(own, "exec " + program + " \"$@\"");
                case "pg_basebackup" -> script(own, "exec " + program + " --max-rate=4M \"$@\"");
                default -> Files.createSymbolicLink(own, program);
            }
        }
        return node.with("PATH", programs + ":/usr/bin:/bin");
    }

    private static void script(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void what_is_asked_for_may_change_while_it_runs() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port);
                ProcessNode third =
                        ProcessNode.replicaOf(primary.port).with("REPLICA_NAME", "third")) {
            Path file = Files.writeString(primary.home.resolve("standbys"), "ANY 1 (*)");
            primary.with("SYNCHRONOUS_STANDBYS_FILE", file.toString());
            Run serving = primary.made().serve();
            serving.await(OFF, 30);
            Files.writeString(file, "");
            serving.signal("HUP");
            serving.await("No longer looking whether ANY 1 (*) streams", 30);
            Run standby = replica.serve();
            Pair.await(primary, "SELECT sync_state FROM pg_stat_replication", "async");
            assertThat(primary.ask(NAMES)).isEmpty();

            Files.writeString(file, "ANY 1 (*)");
            serving.signal("HUP");
            serving.await(ON, 30);
            // Others: the old ones are waited for until the new ones stream.
            Files.writeString(file, "FIRST 1 (third)");
            serving.signal("HUP");
            serving.await("Commits wait for no standby of FIRST 1 (third) yet", 30);
            assertThat(primary.ask(NAMES)).isEqualTo("ANY 1 (*)");
            Run other = third.serve();
            serving.await("Commits wait for FIRST 1 (third) from now on", 60);
            assertThat(other.stop().code()).isZero();
            assertThat(standby.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    @Test
    void whoever_stops_the_server_smartly_is_not_held_up() throws IOException {
        try (ProcessNode primary = primary()) {
            Run serving = primary.made().serve();
            serving.await(OFF, 30);
            List<String> stop = new ArrayList<>(RealCluster.asOrdinaryUser());
            stop.add(RealCluster.programs().resolve("pg_ctl").toString());
            stop.addAll(List.of("stop", "-m", "smart", "-w", "-t", "30", "-D"));
            stop.add(primary.data.toString());
            assertThat(RealCluster.execute(stop)).contains("server stopped");
            int _ = serving.end().code();
        }
    }

    @Test
    void a_setting_that_wins_over_ours_is_said() throws IOException {
        try (ProcessNode primary = primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run serving = primary.made().serve();
            primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            primary.sql("ALTER SYSTEM SET synchronous_commit = 'local'");
            Run standby = replica.serve();
            serving.await(
                    "Commits do not wait for ANY 1 (*): synchronous_standby_names is 'nobody'", 60);
            assertThat(standby.stop().code()).isZero();
            assertThat(serving.stop().code()).isZero();
        }
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
