package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcFile;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.process.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// First boots that end while an init script runs.
class InterruptedScriptsIT {

    @Test
    @DisplayName("SIG-2: a stop while a script runs ends it, and what it started, within a second")
    void a_stop_while_a_script_runs_ends_it_and_what_it_started() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initProgram("a.sh", "trap '' TERM", "sleep 600 & echo started >&2", "wait; wait");
            Run run = node.start();
            run.await("started", 60);
            List<Long> family = run.family();
            assertThat(family).hasSizeGreaterThan(4);
            run.signal("TERM");
            Run.Ended ended = run.end(5);
            assertThat(ended.code()).isEqualTo(143);
            for (long pid : family) {
                assertThat(ProcessTree.alive(pid)).as(ProcFile.text(pid, "cmdline")).isFalse();
            }
        }
    }

    @Test
    @DisplayName("CRASH-2: killed while scripts run, the next start makes a whole node")
    void killed_while_scripts_run_the_next_start_makes_a_whole_node() throws IOException {
        try (ProcessNode node = ProcessNode.primary().with("POSTGRES_DB", "app")) {
            Path tablespace = Files.createDirectory(node.home.resolve("tablespace"));
            Files.setAttribute(
                    tablespace, "unix:uid", Files.getAttribute(node.home.resolve("t"), "unix:uid"));
            node.initScript(
                    "a.sql",
                    "create tablespace other location '" + tablespace + "';",
                    "create table t (a int) tablespace other;");
            Path slow = node.initScript("b.sh", "echo slowly >&2", "sleep 600");
            Run run = node.start();
            run.await("slowly", 60);
            run.kill();
            assertThat(node.data.resolve("global/pg_control")).exists();
            Files.writeString(slow, "echo quickly\n");
            Run next = node.serve();
            assertThat(next.said()).contains("running scripts", "quickly");
            assertThat(node.ask("SELECT count(*) FROM pg_database WHERE datname = 'app'"))
                    .isEqualTo("1");
            assertThat(next.stop().code()).isZero();
        }
    }

    @Test
    void an_unfinished_cluster_that_another_server_has_run_on_is_not_thrown_away()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initProgram("a.sh", "exit 1");
            assertThat(node.call("init").code()).isEqualTo(1);
            Files.writeString(
                    node.data.resolve("postmaster.opts"), "/usr/bin/postgres \"-D\" \"/data\"\n");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(65);
            assertThat(ended.stderr()).contains("another server has run on it since");
            assertThat(node.data.resolve("global/pg_control")).exists();
            // Ours, killed while it wrote the file.
            Files.writeString(node.data.resolve("postmaster.opts"), "");
            node.initProgram("a.sh", "exit 0");
            assertThat(node.call("init").code()).isZero();
        }
    }

    /// By its name it might be the server's; what is in it is not.
    @Test
    void what_was_mounted_into_an_unfinished_cluster_since_is_not_thrown_away() throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initProgram("a.sh", "exit 1");
            assertThat(node.call("init").code()).isEqualTo(1);
            Path mounted = node.ownDirectory("logs");
            Path log = Files.writeString(mounted.resolve("somebodys.log"), "all of last year");
            Path place = Files.createDirectory(node.data.resolve("log"));
            Run.Ended refused = node.seeing(mounted, place).call("init");
            assertThat(log).hasContent("all of last year");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            assertThat(refused.stderr()).contains(place + " is a mount of its own");
            assertThat(node.data.resolve("global/pg_control")).exists();
        }
    }
}
