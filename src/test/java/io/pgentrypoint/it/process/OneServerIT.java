package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.LockOwnerReader;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One volume, one server: with real processes on one directory.
class OneServerIT {

    private static final int BUSY = 75;

    @Test
    void a_second_start_waits_names_the_holder_and_gives_up() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "2s")) {
            Run first = node.made().serve();
            Run.Ended second = node.call();
            assertThat(second.code()).as(second.stderr()).isEqualTo(BUSY);
            assertThat(second.stderr())
                    .contains("Waiting for the volume, at most 2 s (VOLUME_WAIT)")
                    .contains("process " + first.pid())
                    .contains("which holds its lock; waited 2 s (VOLUME_WAIT)");
            assertThat(node.ask("SELECT 1")).isEqualTo("1");
            // The first one still answers for the node.
            assertThat(node.call("healthcheck").code()).isZero();
            assertThat(first.stop().code()).isZero();
            assertThat(new Layout(node.data).lockOwner()).doesNotExist();
        }
    }

    @Test
    void a_second_start_takes_over_when_the_first_has_stopped() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run first = node.made().serve();
            Run second = node.start();
            second.await("Waiting for the volume", 30);
            assertThat(first.stop().code()).isZero();
            second.await("database system is ready to accept connections", 60);
            assertThat(second.said()).contains("is free now");
            assertThat(second.stop().code()).isZero();
        }
    }

    @Test
    void a_stop_ends_the_wait() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run first = node.made().serve();
            Run second = node.start();
            second.await("Waiting for the volume", 30);
            assertThat(second.stop().code()).isEqualTo(128 + 15);
            assertThat(first.stop().code()).isZero();
        }
    }

    @Test
    void a_server_whose_pid_1_was_killed_still_has_the_volume() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "1s")) {
            Run first = node.made().serve();
            long server = PostmasterFile.read(node.data).orElseThrow().pid();
            Run.kill("KILL", List.of(first.pid()));
            first.end();
            Run.Ended second = node.call("init");
            assertThat(second.code()).as(second.stderr()).isEqualTo(BUSY);
            assertThat(second.stderr())
                    .contains(
                            "in use by process " + server + ", a server whose entrypoint is gone");

            Run.kill("INT", List.of(server));
            node.with("VOLUME_WAIT", "60s");
            Run third = node.serve();
            assertThat(third.stop().code()).isZero();
        }
    }

    @Test
    void a_pid_file_whose_server_does_not_run_is_removed() throws Exception {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            Process stranger = new ProcessBuilder("sleep", "1000").start();
            Process dead = new ProcessBuilder("true").start();
            dead.waitFor();
            try {
                removes(node, "", "it is empty");
                removes(node, "postgres was here\n", "it begins with no process id");
                removes(node, dead.pid() + "\n", "process " + dead.pid() + " does not exist");
                removes(
                        node,
                        stranger.pid() + "\n" + node.data + "\n",
                        "process " + stranger.pid() + " is no server but sleep");
                removes(
                        node,
                        thread() + "\n" + node.data + "\n",
                        thread() + " is a thread of process " + ProcessHandle.current().pid());
            } finally {
                stranger.destroyForcibly();
            }
            Run run = node.serve();
            assertThat(run.stop().code()).isZero();
        }
    }

    private static void removes(ProcessNode node, String text, String why) throws IOException {
        Path file = node.data.resolve("postmaster.pid");
        Files.writeString(file, text);
        Files.setAttribute(file, "unix:uid", Files.getAttribute(node.data, "unix:uid"));
        Run.Ended planned = node.call("plan");
        assertThat(planned.stdout()).contains("remove postmaster.pid – " + why);
        assertThat(file).exists();
        Run.Ended done = node.call("init");
        assertThat(done.code()).as(done.stderr()).isZero();
        assertThat(file).doesNotExist();
    }

    /// Another than the first, whose id is that of the process.
    private static String thread() throws IOException {
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            String process = String.valueOf(ProcessHandle.current().pid());
            return threads.map(each -> String.valueOf(each.getFileName()))
                    .filter(id -> !id.equals(process))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void a_server_of_another_directory_is_no_obstacle() throws IOException {
        try (ProcessNode other = ProcessNode.standalone();
                ProcessNode node = ProcessNode.standalone()) {
            node.made();
            Run server = other.made().serve();
            long pid = PostmasterFile.read(other.data).orElseThrow().pid();
            removes(node, pid + "\n", "process " + pid + " is the server of another directory");
            assertThat(server.stop().code()).isZero();
        }
    }

    @Test
    void a_heartbeat_of_another_machine_keeps_the_volume() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "2s")) {
            node.made();
            Path file = leave(node, 41);
            Run.Ended refused = node.call();
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(BUSY);
            assertThat(refused.stderr())
                    .contains("in use by host db-7 (container 3f2a91bc04de, process 1")
                    .contains("whose heartbeat goes on");
            assertThat(node.call("plan").stdout())
                    .contains("is in use by host db-7")
                    .contains("a start waits for it, 2 s at most");

            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            Run run = node.serve();
            assertThat(Files.readString(file)).contains("pid " + run.pid());
            assertThat(run.stop().code()).isZero();
        }
    }

    /// Written in place and not synced: it may be empty because somebody has just begun.
    @Test
    void a_heartbeat_that_names_nobody_keeps_the_volume_while_it_may_go_on() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "1s")) {
            node.made();
            Path file = leave(node, 41);
            Files.writeString(file, "");
            Run.Ended refused = node.call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(BUSY);
            assertThat(refused.stderr())
                    .contains("perhaps in use: the heartbeat " + file)
                    .contains("(it is empty)");
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            Run.Ended free = node.call("init");
            assertThat(free.code()).as(free.stderr()).isZero();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void a_node_whose_volume_was_taken_over_stops_at_once() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.made().serve();
            leave(node, 1);
            run.await("has been taken over by host db-7", 30);
            assertThat(run.end().stderr()).contains("immediate shutdown");
            // It is the other's by now.
            assertThat(new Layout(node.data).lockOwner()).content().contains("host db-7");
        }
    }

    private static Path leave(ProcessNode node, long beats) throws IOException {
        LockOwner us = LockOwnerReader.ourselves(true);
        LockOwner other =
                new LockOwner(
                        "db-7",
                        "3f2a91bc04de".repeat(5),
                        "11111111-2222-3333-4444-555555555555",
                        us.namespace(),
                        1,
                        Instant.parse("2026-11-23T08:20:20Z"),
                        true,
                        beats);
        Path file = new Layout(node.data).lockOwner();
        Files.writeString(file, other.text());
        Files.setAttribute(file, "unix:uid", Files.getAttribute(node.data, "unix:uid"));
        return file;
    }

    @Test
    void foreign_files_get_none_of_ours_beside_them() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Files.createDirectories(node.data);
            Files.writeString(node.data.resolve("letter.txt"), "dear");
            Run.Ended refused = node.call("init");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            try (var files = Files.list(node.data)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .containsExactly("letter.txt");
            }
        }
    }

    @Test
    void waiting_costs_no_more_than_a_look_now_and_then() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "1h")) {
            Run first = node.made().serve();
            Run second = node.start();
            second.await("Waiting for the volume", 30);
            ProcessHandle handle = ProcessHandle.of(second.pid()).orElseThrow();
            second.leave(Duration.ofSeconds(1));
            Duration before = handle.info().totalCpuDuration().orElseThrow();
            second.leave(Duration.ofSeconds(4));
            Duration after = handle.info().totalCpuDuration().orElseThrow();
            assertThat(after.minus(before)).isLessThan(Duration.ofMillis(400));
            assertThat(second.stop().code()).isEqualTo(128 + 15);
            assertThat(first.stop().code()).isZero();
        }
    }

    /// As Patroni does when it clones: whoever comes finds no lock, and would make another one.
    @Test
    void a_lock_that_somebody_removed_is_taken_again() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "1s")) {
            Run first = node.made().serve();
            Layout layout = new Layout(node.data);
            RealCluster.execute(List.of("rm", "-r", layout.stateDirectory().toString()));
            while (!Files.exists(layout.lockOwner())) {
                assertThat(first.alive()).as(first.said()).isTrue();
                first.leave(Duration.ofMillis(100));
            }
            Run.Ended second = node.call();
            assertThat(second.code()).as(second.stderr()).isEqualTo(BUSY);
            assertThat(second.stderr())
                    .contains("process " + first.pid())
                    .contains("which holds its lock");
            assertThat(first.stop().code()).isZero();
        }
    }

    /// As a holder's Patroni removes it, and the holder makes and locks another one, while somebody
    /// waits for the first.
    @Test
    void whoever_gets_a_lock_that_was_replaced_meanwhile_waits_for_the_new_one() throws Exception {
        try (ProcessNode node = ProcessNode.standalone().with("VOLUME_WAIT", "5s")) {
            node.made();
            Path file = new Layout(node.data).lock();
            Process first = lock(node);
            Process second = null;
            try {
                Run waiting = node.start("init");
                waiting.await("Waiting for the volume", 30);
                Files.delete(file);
                second = lock(node);
                first.destroy();
                first.waitFor();
                Run.Ended refused = waiting.end();
                assertThat(refused.code()).as(refused.stderr()).isEqualTo(BUSY);
                assertThat(refused.stderr()).contains("holds its lock and left no name");
                second.destroy();
                second.waitFor();
                assertThat(node.call("init").code()).isZero();
            } finally {
                first.destroy();
                if (second != null) {
                    second.destroy();
                }
            }
        }
    }

    /// Another process that holds it; it has it when this returns.
    private static Process lock(ProcessNode node) throws IOException {
        Path file = new Layout(node.data).lock();
        if (!Files.exists(file)) {
            Files.createFile(file);
            Files.setAttribute(file, "unix:uid", Files.getAttribute(node.data, "unix:uid"));
        }
        Process process =
                new ProcessBuilder(
                                "flock",
                                "--no-fork",
                                file.toString(),
                                "sh",
                                "-c",
                                "echo held; exec sleep 1000")
                        .start();
        assertThat(process.inputReader().readLine()).isEqualTo("held");
        return process;
    }
}
