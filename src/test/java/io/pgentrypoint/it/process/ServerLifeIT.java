package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.kit.PidOne;
import io.pgentrypoint.kit.Proc;
import io.pgentrypoint.kit.ProcFile;
import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServerLifeIT {

    @Test
    void a_killed_server_is_not_started_again_and_its_code_is_passed_on() throws IOException {
        try (PidOne node = PidOne.onCluster().start().awaitReady()) {
            node.server().destroyForcibly();
            assertThat(node.exitCode()).isEqualTo(137);
            assertThat(node.log())
                    .containsOnlyOnce("ready to accept connections")
                    .contains("with code 137 (killed", "Exit code 137");
        }
    }

    // docker-library/postgres#1349: postgres as PID 1 takes it for a crashed backend.
    @Test
    @DisplayName("SIG-3: an orphan that ends with 2 drops no session")
    void an_orphan_that_ends_with_2_drops_no_session() throws Exception {
        try (PidOne node = PidOne.onCluster().start().awaitReady();
                Connection session =
                        new LocalServer(node.node().sockets(), node.port())
                                .open("postgres", Optional.empty(), "postgres")) {
            Path ended = node.home().resolve("ended");
            RealCluster.execute(
                    List.of(
                            "nsenter",
                            "--target",
                            String.valueOf(node.pid()),
                            "--pid",
                            "sh",
                            "-c",
                            "(while [ $(ps -o ppid= $BASHPID 2>/dev/null || echo 1) != 1 ]; do :;"
                                    + " done; touch "
                                    + ended
                                    + "; exit 2) >/dev/null 2>&1 &"));
            node.await(() -> Files.exists(ended), "has had its orphan");
            node.await(() -> node.zombies() == 0, "has reaped it");
            assertThat(session.isValid(5)).isTrue();
            assertThat(node.log()).doesNotContain("terminating any other active server processes");
        }
    }

    /// Whoever waits for readiness may log in as the replication role at once: the server takes
    /// connections before that, and the role is not right yet.
    @Test
    void a_primary_is_not_ready_before_its_replication_role_is_right() throws Exception {
        int probes = RealCluster.freePort();
        try (PidOne node = PidOne.onCluster()) {
            node.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "primary")
                    .set("REPLICATION_PASSWORD", "second-secret")
                    .set("PROBE_PORT", String.valueOf(probes))
                    // A second for each session, before its first statement.
                    .set("POSTGRES_CONF_post_auth_delay", "1")
                    .start()
                    .awaitReady();
            assertThat(readiness(probes)).isEqualTo(503);
            Proc.until(() -> readiness(probes) == 200, node::log);
            assertThat(node.log()).contains("Replication role replicator: ");
            assertThat(node.send("TERM").exitCode()).as(node.log()).isZero();
        }
    }

    private static int readiness(int port) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + port + "/readyz")
                                    .toURL()
                                    .openConnection();
            return connection.getResponseCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void what_the_server_says_of_its_failure_is_among_the_last_words() throws IOException {
        try (PidOne node = PidOne.onCluster();
                ServerSocket _ =
                        new ServerSocket(node.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(node.start().exitCode()).isEqualTo(1);
            assertThat(node.log().substring(node.log().indexOf("[entrypoint] ERROR")))
                    .contains(
                            "cannot start the server: it ended with code 1",
                            "ERROR server: ",
                            "could not create any TCP/IP sockets",
                            "Exit code 1, while the server is starting");
        }
    }

    @Test
    void as_json_each_line_is_an_object() throws IOException {
        try (PidOne node = new PidOne().set("LOG_FORMAT", "json").start().awaitReady()) {
            assertThat(node.send("TERM").exitCode()).isZero();
            List<JsonObject> objects = new ArrayList<>();
            List<String> others = new ArrayList<>();
            for (String line : node.log().lines().filter(line -> !line.isBlank()).toList()) {
                if (line.startsWith("{")) {
                    objects.add(JsonParser.parseString(line).getAsJsonObject());
                } else {
                    others.add(line);
                }
            }
            assertThat(others).isEmpty();
            assertThat(objects)
                    .anySatisfy(object ->
                            assertThat(object.get("message").getAsString())
                                    .isEqualTo(
                                            "PostgreSQL init process complete; ready for start up."))
                    .allSatisfy(object ->
                            assertThat(object.keySet())
                                    .contains("timestamp", "level", "source", "message"))
                    .anySatisfy(object -> {
                        assertThat(object.get("source").getAsString()).isEqualTo("postgres");
                        assertThat(object.get("message").getAsString())
                                .isEqualTo("database system is ready to accept connections");
                    });
        }
    }

    @Test
    void no_process_but_pid_1_holds_a_secret() throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            node.set("HA_MODE", "native")
                    .set("REPLICATION_ROLE", "primary")
                    .set("POSTGRES_PASSWORD", "first-secret")
                    .set("REPLICATION_PASSWORD", "second-secret")
                    .start()
                    .awaitReady();
            List<ProcessHandle> children =
                    ProcessHandle.of(node.pid()).orElseThrow().descendants().toList();
            String given = "";
            List<String> open = new ArrayList<>();
            for (ProcessHandle child : children) {
                given += ProcFile.text(child.pid(), "environ");
                given += ProcFile.text(child.pid(), "cmdline");
                open.addAll(openFiles(child));
            }
            assertThat(children).hasSizeGreaterThan(4);
            assertThat(given)
                    .contains("PATH=", "postgres: checkpointer")
                    .doesNotContain("first-secret", "second-secret");
            assertThat(open).isNotEmpty().noneMatch(file -> file.contains("entrypoint.jar"));
            assertThat(environmentAsSeenBy("postgres", node.pid())).isEqualTo("closed");
        }
    }

    private static String environmentAsSeenBy(String user, long pid) {
        String look =
                "head -c1 /proc/" + pid + "/environ >/dev/null 2>&1 && echo open || echo closed";
        return RealCluster.execute(
                        List.of("setpriv", "--reuid=" + user, "--clear-groups", "sh", "-c", look))
                .strip();
    }

    private static List<String> openFiles(ProcessHandle process) {
        List<String> files = new ArrayList<>();
        try (var descriptors =
                Files.newDirectoryStream(Path.of("/proc", process.pid() + "", "fd"))) {
            for (Path descriptor : descriptors) {
                files.add(Files.readSymbolicLink(descriptor).toString());
            }
        } catch (IOException e) {
            // Closed meanwhile, or the process has ended.
        }
        return files;
    }

    /// As Patroni does: the server is nobody's child when the program that started it dies.
    @Test
    void a_server_that_outlives_its_parent_is_stopped_and_the_parents_code_passed_on()
            throws IOException {
        try (PidOne node = PidOne.onCluster()) {
            Path programs = Files.createDirectory(node.home().resolve("bin"));
            try (var real = Files.newDirectoryStream(RealCluster.programs())) {
                for (Path program : real) {
                    Files.createSymbolicLink(programs.resolve(program.getFileName()), program);
                }
            }
            Path postgres = programs.resolve("postgres");
            Files.delete(postgres);
            Files.writeString(
                    postgres,
                    """
                    #!/bin/sh
                    case "$*" in
                      *--version*|*-C*) exec %1$s/postgres "$@" ;;
                    esac
                    (%1$s/postgres "$@" &)
                    until grep -q ready %2$s/postmaster.pid 2>/dev/null; do :; done
                    exit 7
                    """
                            .formatted(RealCluster.programs(), node.data()));
            Files.setPosixFilePermissions(postgres, PosixFilePermissions.fromString("rwxr-xr-x"));
            node.set("PATH", programs + ":/usr/bin:/bin").start();
            assertThat(node.exitCode()).as(node.log()).isEqualTo(7);
            assertThat(node.log()).contains("outlives the program that started it");
            assertThat(node.controlData("Database cluster state")).isEqualTo("shut down");
        }
    }
}
