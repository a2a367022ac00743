package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server that scripts use: where it is found, who else finds it, and what scripts may do with
/// it. The ids are those of docs/reference/official-image.md.
class ScriptServerIT {

    private static final Path USUAL = Path.of("/var/run/postgresql");

    private static Run.Ended init(ProcessNode node, String... words) {
        Run.Ended ended = words.length == 0 ? node.call("init") : node.call(words);
        assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
        return ended;
    }

    @ParameterizedTest
    @DisplayName("INITD-15: programs find the server by libpq's default, whoever starts them")
    @ValueSource(
            strings = {
                "psql -U postgres -Atc \"$1\"",
                "env -i /usr/bin/env PATH=\"$PATH\" psql -p \"$PGPORT\" -U postgres -Atc \"$1\"",
                "psql \"postgresql://postgres@%2Fvar%2Frun%2Fpostgresql:$PGPORT/postgres\" -Atc \"$1\"",
                "psql -h /run/postgresql -U postgres -Atc \"$1\"",
                "PGHOST=/var/run/postgresql psql -U postgres -Atc \"$1\"",
                "pg_isready -h /var/run/postgresql >/dev/null && echo found"
            })
    void programs_find_the_server_by_the_default_of_libpq(String command) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path elsewhere = node.home.resolve("tool");
            Files.writeString(elsewhere, command + "\n");
            node.initProgram("a.sh", "exec bash " + elsewhere + " \"select 'found'\"");
            node.startScript("b.sh", "bash " + elsewhere + " \"select 'found'\"");
            Run run = node.serve();
            assertThat(run.said().split("\nfound\n", -1)).hasSize(3);
            assertThat(run.stop().code()).isZero();
            Run again = node.serve();
            assertThat(again.said()).contains("\nfound\n");
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("INITD-16: while scripts run TCP is closed, and PID 1 says that it is not ready")
    void while_scripts_run_tcp_is_closed_and_pid_1_says_that_it_is_not_ready()
            throws IOException, InterruptedException {
        int probes = RealCluster.freePort();
        try (ProcessNode node =
                ProcessNode.standalone().with("PROBE_PORT", String.valueOf(probes))) {
            Path release = node.home.resolve("t/release");
            node.initScript(
                    "a.sh", "echo waits >&2; until [ -e " + release + " ]; do sleep 0.1; done");
            Run run = node.start();
            run.await("waits", 60);
            assertThat(isReady(node, USUAL)).isZero();
            assertThat(isReady(node, node.sockets())).isZero();
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(
                            () -> new Socket(InetAddress.getLoopbackAddress(), node.port).close());
            assertThat(node.call("healthcheck").code()).isEqualTo(1);
            assertThat(node.call("status").stdout()).contains("running scripts of ");
            HttpResponse<String> readyz =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://127.0.0.1:"
                                                                    + probes
                                                                    + "/readyz"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(readyz.statusCode()).as(readyz.body()).isEqualTo(503);
            Files.createFile(release);
            node.served(run);
            assertThat(node.call("healthcheck").code()).isZero();
            assertThat(run.stop().code()).isZero();
        }
    }

    private static int isReady(ProcessNode node, Path directory) {
        return node.program("pg_isready", "-h", directory.toString()).end().code();
    }

    /// As the recipes do that change a setting which needs a restart.
    @Test
    @DisplayName("INITD-17: a script may restart the server, with options of its own, or stop it")
    void a_script_may_restart_the_server_or_stop_it() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript(
                    "a.sh",
                    "pg_ctl -D \"$PGDATA\" -m fast -w restart >/dev/null",
                    "psql -Atc \"select 'restarted'\"");
            node.initScript(
                    "b.sh",
                    "docker_temp_server_stop >/dev/null",
                    "docker_temp_server_start -c max_connections=31 >/dev/null",
                    "psql -Atc 'show max_connections'");
            node.initScript(
                    "c.sh", "pg_ctl -D \"$PGDATA\" -o '-c work_mem=9MB' -w restart >/dev/null");
            node.initScript("d.sql", "show work_mem;");
            node.initScript("e.sh", "pg_ctl -D \"$PGDATA\" -m fast -w stop >/dev/null");
            node.initScript("f.sql", "select 'started again';");
            node.initProgram(
                    "g.sh",
                    "pg_ctl -D \"$PGDATA\" -m fast -w stop >/dev/null",
                    "pg_ctl -D \"$PGDATA\" -o \"-c listen_addresses='localhost'\" -w start >/dev/null");
            node.initScript("h.sql", "show listen_addresses;");
            assertThat(init(node).stdout())
                    .contains(
                            "restarted\n", "\n31\n", " 9MB\n", " started again\n", " localhost\n");
            assertThat(node.data.resolve("postmaster.pid")).doesNotExist();
            Run run = node.serve();
            assertThat(run.said()).doesNotContain("not properly shut down");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_server_that_a_script_started_is_stopped_with_a_failed_first_boot() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file =
                    node.initScript(
                            "a.sh",
                            "pg_ctl -D \"$PGDATA\" -o '-c work_mem=9MB' -w restart >/dev/null",
                            "exit 5");
            assertThat(node.call("init").code()).isEqualTo(5);
            assertThat(node.data.resolve("postmaster.pid")).doesNotExist();
            Files.writeString(file, "true\n");
            init(node);
            assertThat(new Layout(node.data).journal()).doesNotExist();
        }
    }

    @Test
    void a_server_that_a_script_has_killed_is_no_database() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sh", "kill -KILL $(head -n 1 \"$PGDATA/postmaster.pid\"); sleep 1");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isEqualTo(65);
            assertThat(ended.stderr()).contains("did not shut down cleanly");
        }
    }

    @Test
    @DisplayName("INITD-18: a standby that a script makes knows the socket of the real server")
    void a_standby_that_a_script_makes_knows_the_socket_of_the_real_server() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path copy = node.home.resolve("t/copy");
            node.initProgram("a.sh", "pg_basebackup -U postgres -R -X stream -c fast -D " + copy);
            Run run = node.serve();
            assertThat(Files.readString(copy.resolve("postgresql.auto.conf")))
                    .contains("primary_conninfo", "host=''" + node.sockets() + "''")
                    .doesNotContain("entrypoint-");
            Run standby =
                    node.program(
                            standby(
                                    copy,
                                    RealCluster.freePort(),
                                    node.home.resolve("t").toString()));
            standby.await("started streaming WAL from primary", 60);
            standby.signal("QUIT");
            int _ = standby.end().code();
            assertThat(run.stop().code()).isZero();
        }
    }

    private static String[] standby(Path data, int port, String sockets) {
        String server =
                "exec postgres -D '%s' -p %d -c listen_addresses= -c unix_socket_directories='%s'"
                        .formatted(data, port, sockets);
        return ProcessNode.isRoot()
                ? new String[] {
                    "setpriv",
                    "--reuid=postgres",
                    "--regid=postgres",
                    "--clear-groups",
                    "sh",
                    "-c",
                    server
                }
                : new String[] {"sh", "-c", server};
    }

    @Test
    void scripts_do_not_reach_another_server_that_has_the_usual_socket() throws IOException {
        try (ProcessNode node = ProcessNode.standalone();
                ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path socket = USUAL.resolve(".s.PGSQL." + node.port);
            other.bind(UnixDomainSocketAddress.of(socket));
            try {
                node.initScript("a.sh", "psql -Atc \"select 'ours'\"");
                Run.Ended ended = init(node);
                assertThat(ended.stdout()).contains("\nours\n");
                assertThat(ended.stderr()).contains("Another server answers at " + socket);
                assertThat(socket).exists();
            } finally {
                Files.deleteIfExists(socket);
            }
        }
    }

    @Test
    void scripts_end_when_another_server_takes_the_socket_meanwhile() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path lock = USUAL.resolve(".s.PGSQL." + node.port + ".lock");
            node.initScript("a.sh", "sed -i '1s/.*/4242/' " + lock);
            node.initScript("b.sql", "select 'never';");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).as(ended.stdout()).isEqualTo(75);
            assertThat(ended.stdout()).doesNotContain("never");
            assertThat(ended.stderr()).contains("another server has taken");
            Files.deleteIfExists(lock);
        }
    }

    /// The process id in it may be in use again: by a thread of PID 1, which has few others.
    @Test
    void the_lock_of_a_killed_server_beside_the_socket_is_no_obstacle() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path lock = USUAL.resolve(".s.PGSQL." + node.port + ".lock");
            Files.writeString(
                    lock,
                    ProcessHandle.current().pid()
                            + "\n/elsewhere\n1700000000\n5432\n"
                            + USUAL
                            + "\n");
            node.initScript("a.sql", "select 'reached';");
            assertThat(init(node).stdout()).contains(" reached\n");
            assertThat(lock).doesNotExist();
        }
    }

    @Test
    void a_first_boot_that_was_killed_leaves_a_socket_that_is_no_obstacle() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path script = node.initScript("a.sh", "echo slowly >&2; sleep 600");
            Run run = node.start();
            run.await("slowly", 60);
            run.kill();
            assertThat(USUAL.resolve(".s.PGSQL." + node.port)).exists();
            Files.writeString(script, "psql -Atc \"select 'reached'\"\n");
            assertThat(init(node).stdout()).contains("\nreached\n");
            assertThat(USUAL.resolve(".s.PGSQL." + node.port)).doesNotExist();
        }
    }

    @ParameterizedTest
    @DisplayName("ARG-8: with rules of the user's own scripts get in, to replicate as well")
    @ValueSource(strings = {"hba_file", "config_file", "-D"})
    void with_rules_of_the_users_own_scripts_get_in_to_replicate_as_well(String argument)
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path own = Files.createDirectory(node.home.resolve("own"));
            Files.writeString(own.resolve("pg_hba.conf"), "local all all reject\n");
            Files.writeString(own.resolve("pg_ident.conf"), "");
            Files.writeString(
                    own.resolve("postgresql.conf"),
                    "data_directory = '%s'\nhba_file = '%s'\nlisten_addresses = ''\n"
                                    .formatted(node.data, own.resolve("pg_hba.conf"))
                            + "unix_socket_directories = '"
                            + node.sockets()
                            + "'\n");
            String[] words =
                    switch (argument) {
                        case "hba_file" ->
                                new String[] {"-c", "hba_file=" + own.resolve("pg_hba.conf")};
                        case "config_file" ->
                                new String[] {
                                    "-c", "config_file=" + own.resolve("postgresql.conf")
                                };
                        default -> new String[] {"-D", own.toString()};
                    };
            String asks =
                    "psql -U postgres 'dbname=postgres replication=true' -Atc IDENTIFY_SYSTEM >/dev/null"
                            + " && echo replicates; stat -c %a /var/run/postgresql/.s.PGSQL.$PGPORT";
            node.initProgram("a.sh", asks);
            node.startScript("b.sh", asks);
            Run run = node.start(words);
            run.await("listening on Unix socket \"" + node.sockets(), 90);
            run.await("ready to accept connections", 90);
            assertThat(run.said().split("replicates\n700\n", -1)).hasSize(3);
            assertThat(run.stop().code()).isZero();
            Run again = node.start(words);
            again.await("ready to accept connections", 90);
            assertThat(again.stop().stdout()).contains("replicates\n700\n");
        }
    }
}
