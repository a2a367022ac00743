package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `NAME_FILE` of a whole node: pipes, and files that only root may read.
class ValueFilesIT {

    @Test
    void a_stop_while_nobody_writes_to_the_pipe_of_a_secret() throws IOException {
        try (PidOne node = new PidOne()) {
            Path pipe = node.home().resolve("pipe");
            RealCluster.execute(List.of("mkfifo", pipe.toString()));
            node.set("POSTGRES_PASSWORD", "").set("POSTGRES_PASSWORD_FILE", pipe.toString());
            node.start().await(() -> hasThread(node.pid(), "value file"), "reads the pipe");
            node.send("TERM");
            assertThat(node.exitCode()).as(node.log()).isEqualTo(143);
            assertThat(node.log()).contains("Stopped by TERM before the server was started");
        }
    }

    @Test
    void a_process_substitution_gives_a_secret() throws IOException {
        try (PidOne node = new PidOne()) {
            node.set("POSTGRES_PASSWORD", "");
            node.behind(
                    "bash",
                    "-c",
                    "exec env POSTGRES_PASSWORD_FILE=<(echo 'from a pipe') \"$@\"",
                    "bash");
            node.start().awaitReady();
            String verifier = "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid";
            assertThat(node.sql(verifier + " WHERE rolname = 'postgres'")).isEqualTo("t");
        }
    }

    @Test
    void a_secret_that_only_root_may_read_is_kept_at_a_reload_and_the_log_says_so()
            throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            Path secret = Files.writeString(node.home().resolve("secret"), "for root\n");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
            node.set("POSTGRES_PASSWORD", "").set("POSTGRES_PASSWORD_FILE", secret.toString());
            node.start().awaitReady();
            String uid = RealCluster.execute(List.of("id", "-u", "postgres")).strip();
            node.send("HUP").awaitLog("Reloading the server");
            assertThat(node.log())
                    .contains(
                            "POSTGRES_PASSWORD_FILE=%s: the file can be read at a start only: permission denied (uid 0, gid 0, mode 0400; this process runs as uid %s); the value of the last start is kept"
                                    .formatted(secret, uid))
                    .doesNotContain("Cannot update the configuration files");
        }
    }

    private static boolean hasThread(long pid, String name) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            return threads.anyMatch(thread -> comm(thread).equals(name));
        } catch (IOException e) {
            return false;
        }
    }

    private static String comm(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
