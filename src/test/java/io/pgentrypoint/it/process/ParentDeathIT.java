package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Jar;
import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.Proc;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who goes with whom. A PID 1 takes everything with it, and that is the kernel's work; elsewhere
/// the one who starts us may ask the kernel to tell us of its end (prctl(2), PR_SET_PDEATHSIG).
class ParentDeathIT {

    @Test
    void nothing_outlives_a_pid_1_that_is_killed_and_the_next_start_is_right() throws IOException {
        try (PidOne node = PidOne.onCluster().start().awaitReady()) {
            List<ProcessHandle> all =
                    ProcessHandle.of(node.pid()).orElseThrow().descendants().toList();
            assertThat(all).hasSizeGreaterThan(4);
            Proc.signal("KILL", node.pid());
            node.exitCode();
            all.forEach(Proc::awaitEnd);

            node.start();
            // The file of the killed server says "ready" too.
            node.await(() -> node.log().contains("ready to accept connections"), "is ready");
            assertThat(node.sql("SELECT 1")).isEqualTo("1");
            assertThat(node.send("TERM").exitCode()).as(node.log()).isZero();
        }
    }

    /// The mask of blocked signals is there already: to set it up, an `execve` in another thread
    /// than the first one would lose the kernel's promise.
    @Test
    void the_death_of_a_parent_that_asked_for_it_is_a_stop() throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            Path jar = node.home().resolve("entrypoint.jar");
            Files.copy(Jar.path(), jar);
            RealCluster.execute(List.of("chmod", "644", jar.toString()));
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    "sh",
                                    "-c",
                                    "env --block-signal=HUP,INT,QUIT,USR1,USR2,TERM,CHLD setpriv"
                                            + " --reuid=postgres --regid=postgres --clear-groups"
                                            + " --pdeathsig TERM "
                                            + String.join(" ", Jar.javaOf(jar, "-Xrs"))
                                            + " run & wait")
                            .directory(Path.of("/").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(node.home().resolve("log").toFile());
            builder.environment().putAll(node.node().environment());
            builder.environment().put("_JAVA_SR_SIGNUM", "50");
            Process parent = builder.start();
            Path log = node.home().resolve("log");
            Proc.until(() -> text(log).contains("ready to accept connections"), () -> text(log));
            List<ProcessHandle> all = parent.descendants().toList();
            parent.destroyForcibly();
            Proc.until(() -> text(log).contains("The server has stopped"), () -> text(log));
            all.forEach(Proc::awaitEnd);
            assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
