package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A volume of 64 MB, as a file system of its own.
class DiskFullIT {

    private static final int IO = 74;

    /// Segments of 1 MB, so that a cluster fits at all.
    private static ProcessNode small() throws IOException {
        return small(
                ProcessNode.standalone()
                        .with("POSTGRES_INITDB_ARGS", "--no-locale --wal-segsize=1")
                        .with("POSTGRES_CONF_max_wal_size", "4MB")
                        .with("POSTGRES_CONF_min_wal_size", "2MB"));
    }

    private static ProcessNode small(ProcessNode node) throws IOException {
        String message = "NOT TESTED: a small file system needs root";
        boolean root = "root".equals(System.getProperty("user.name"));
        assertThat(root || System.getenv("CI") == null).as(message).isTrue();
        Assumptions.assumeTrue(root, message);
        Files.createDirectories(node.data);
        RealCluster.execute(
                List.of("mount", "-t", "tmpfs", "-o", "size=64m", "none", node.data.toString()));
        RealCluster.execute(List.of("chown", "postgres", node.data.toString()));
        return node;
    }

    /// Undone before the node's directory is removed.
    private interface Mount extends AutoCloseable {
        @Override
        void close();
    }

    private static void unmount(ProcessNode node) {
        RealCluster.execute(List.of("umount", "-l", node.data.toString()));
    }

    /// All that is left, but for some.
    private static Path fill(ProcessNode node, long but) throws IOException {
        Path file = node.data.resolve("ballast");
        long left = node.data.toFile().getUsableSpace() - but;
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] some = new byte[64 << 10];
            for (long written = 0; written < left; written += some.length) {
                out.write(some, 0, (int) Math.min(some.length, left - written));
            }
        }
        return file;
    }

    @Test
    void without_room_a_start_is_refused_with_figures() throws IOException {
        try (ProcessNode node = small();
                Mount _ = () -> unmount(node)) {
            Run.Ended first = node.with("POSTGRES_INITDB_ARGS", "--no-locale").call("init");
            assertThat(first.code()).as(first.stderr()).isEqualTo(IO);
            assertThat(first.stderr())
                    .contains("64.0 MB free, and needs 72.0 MB (a new cluster and 3 WAL segments");

            node.with("POSTGRES_INITDB_ARGS", "--no-locale --wal-segsize=1");
            assertThat(node.call("init").code()).isZero();
            fill(node, 1_000_000);
            Run.Ended refused = node.call();
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(IO);
            assertThat(refused.stderr())
                    .contains("cannot start the server: there is not enough free space: ")
                    .contains("of 64.0 MB free, and needs 2.0 MB (2 WAL segments of 1.0 MB)")
                    .contains("never by deleting in pg_wal");
            assertThat(node.call("plan").code()).isEqualTo(IO);
            assertThat(node.call("validate", "--live").code()).isEqualTo(IO);
        }
    }

    @Test
    void on_hold_it_says_what_fills_the_disk_and_starts_when_there_is_room() throws IOException {
        try (ProcessNode node = small().with("ON_DISK_FULL", "hold");
                Mount _ = () -> unmount(node)) {
            assertThat(node.call("init").code()).isZero();
            Path ballast = fill(node, 1_000_000);
            Run run = node.start();
            run.await("Holding, without a server", 30);
            run.await("What fills it: WAL ", 10);
            assertThat(run.said()).containsPattern("What fills it: WAL .*, ballast [0-9.]+ MB, ");
            assertThat(node.call("status").stdout())
                    .containsPattern("phase +holding")
                    .contains("the disk is full")
                    .contains("it holds: WAL ");
            assertThat(node.call("healthcheck").code()).isOne();

            Files.delete(ballast);
            run.await("There is enough free space again", 30);
            run.await("database system is ready to accept connections", 60);
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_clone_that_finds_no_room_says_so_and_is_made_once_there_is_some() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = small(ProcessNode.replicaOf(primary.port));
                Mount _ = () -> unmount(replica)) {
            Run run = primary.made().serve();
            primary.sql(
                    "CREATE TABLE kept AS SELECT repeat('x', 1000) AS x FROM generate_series(1,"
                            + " 60000)");
            Run.Ended full = replica.call();
            assertThat(full.code()).as(full.stderr()).isEqualTo(IO);
            assertThat(full.stderr()).contains("the disk is full").contains("enlarge the volume");

            RealCluster.execute(
                    List.of("mount", "-o", "remount,size=512m", replica.data.toString()));
            Run streams = replica.serve();
            assertThat(replica.ask("SELECT count(*) FROM kept")).isEqualTo("60000");
            assertThat(streams.stop().code()).isZero();
            assertThat(run.stop().code()).isZero();
        }
    }

    @Tag("timed")
    @Test
    void a_stop_ends_the_hold() throws IOException {
        try (ProcessNode node = small().with("ON_DISK_FULL", "hold");
                Mount _ = () -> unmount(node)) {
            assertThat(node.call("init").code()).isZero();
            fill(node, 1_000_000);
            Run run = node.start();
            run.await("Holding, without a server", 30);
            long before = System.nanoTime();
            assertThat(run.stop().code()).isEqualTo(128 + 15);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(3));
        }
    }

    /// A slot keeps all WAL, and the disk runs full under the server.
    @Test
    void a_server_that_dies_of_a_full_disk_is_held_and_comes_back() throws Exception {
        int probes = RealCluster.freePort();
        try (ProcessNode node = small().with("ON_DISK_FULL", "hold");
                Mount _ = () -> unmount(node)) {
            Run run = node.with("PROBE_PORT", String.valueOf(probes)).serve();
            node.sql("SELECT pg_create_physical_replication_slot('away', true)");
            node.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS i");
            node.sql("CHECKPOINT");
            Path ballast = fill(node, 3 << 20);
            // Its recovery removes caches that it builds anew, and may find room for once.
            for (int i = 0; i < 100 && !run.said().contains("holding (ON_DISK_FULL"); i++) {
                writeUntilItFails(node);
                run.leave(Duration.ofMillis(100));
            }
            assertThat(run.said()).contains("PANIC:  could not write to file");
            run.await("holding (ON_DISK_FULL=hold) instead of ending", 60);
            run.await("for slot away", 30);
            assertThat(get(probes, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(probes, "/startupz").statusCode()).isEqualTo(200);
            assertThat(get(probes, "/startupz").body()).contains("the disk is full");
            assertThat(get(probes, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(probes, "/readyz").body()).contains("for slot away");

            Files.delete(ballast);
            run.await("There is enough free space again", 30);
            while (run.alive() && get(probes, "/readyz").statusCode() != 200) {
                run.leave(Duration.ofMillis(200));
            }
            assertThat(node.ask("SELECT count(*) FROM kept")).isEqualTo("1000");
            assertThat(run.stop().code()).as(run.said()).isZero();
        }
    }

    @Test
    void without_a_hold_a_server_that_dies_of_a_full_disk_ends_with_that() throws IOException {
        try (ProcessNode node = small();
                Mount _ = () -> unmount(node)) {
            Run run = node.serve();
            node.sql("SELECT pg_create_physical_replication_slot('away', true)");
            node.sql("CHECKPOINT");
            fill(node, 3 << 20);
            // Its recovery removes caches that it builds anew, and may find room for once.
            for (int i = 0; i < 100 && run.alive(); i++) {
                writeUntilItFails(node);
                run.leave(Duration.ofMillis(100));
            }
            Run.Ended ended = run.end();
            assertThat(ended.code()).as(run.said()).isEqualTo(IO);
            assertThat(run.said())
                    .contains("PANIC:  could not write to file")
                    .containsPattern(
                            "cannot go on: the server ended .*, and there is not enough free space: .* free")
                    .contains("never by deleting in pg_wal");
        }
    }

    private static void writeUntilItFails(ProcessNode node) {
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                node.sql(
                                        "SELECT pg_logical_emit_message(true, 'x', repeat('x', 500000))");
                            }
                        })
                .isInstanceOf(AssertionError.class);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
