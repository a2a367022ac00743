package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.HealthCheck;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame;

/// What only a container has of the official image's contract (docs/reference/official-image.md):
/// its paths, its locale, its users, its health check.
@ContainerTest
class OfficialImageIT {

    private static final String INIT = "/docker-entrypoint-initdb.d/";
    private static final String RUNNING = "/usr/local/bin/docker-entrypoint.sh: running " + INIT;
    private static final int FILE = 0644;
    private static final int PROGRAM = 0755;

    private static ContainerNode node() {
        return new ContainerNode(ContainerNode.MAJOR).withEnv("POSTGRES_PASSWORD", "secret");
    }

    @Test
    @DisplayName("INITD-7: scripts run in the order of the image's own locale")
    void scripts_run_in_the_order_of_the_images_own_locale() {
        try (ContainerNode node = node()) {
            for (String name : List.of("9", "10", "a", "B", "_z")) {
                node.withFile(INIT + name + ".sql", FILE, "select 1;");
            }
            node.started().awaitServer();
            assertThat(
                            node.lines(RUNNING).stream()
                                    .map(line -> line.substring(RUNNING.length()))
                                    .toList())
                    .containsExactly("10.sql", "9.sql", "a.sql", "B.sql", "_z.sql");
        }
    }

    /// Word for word from the documentation of the official image.
    @Test
    @DisplayName("INITD-1: the script of the documentation makes its role and its database")
    void the_script_of_the_documentation_makes_its_role_and_its_database() {
        try (ContainerNode node = node()) {
            node.withFile(
                            INIT + "init-user-db.sh",
                            PROGRAM,
                            """
                            #!/usr/bin/env bash
                            set -e

                            psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-EOSQL
                            	CREATE USER docker;
                            	CREATE DATABASE docker;
                            	GRANT ALL PRIVILEGES ON DATABASE docker TO docker;
                            EOSQL
                            """)
                    .started()
                    .awaitServer();
            assertThat(node.sql("SELECT count(*) FROM pg_database WHERE datname = 'docker'"))
                    .isEqualTo("1");
        }
    }

    @Test
    @DisplayName("PERM-1, INIT-3: root hands the directories over and steps down, PID 1 too")
    void root_hands_the_directories_over_and_steps_down() {
        try (ContainerNode node = node()) {
            node.started().awaitServer();
            String data = node.sql("SHOW data_directory");
            String stat = "stat -c '%U:%G %a' " + data + " /var/run/postgresql /proc/1";
            assertThat(node.execAs("root", "bash", "-c", stat).out().lines().toList())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("postgres:postgres 700"),
                            line -> assertThat(line).matches("postgres:postgres 3?77[57]"),
                            line -> assertThat(line).isNotBlank());
            assertThat(node.exec("awk", "/^Uid/ { print $2, $3, $4, $5 }", "/proc/1/status").out())
                    .isEqualTo("999 999 999 999\n");
            assertThat(node.exec("find", data, "!", "-user", "postgres").out()).isEmpty();
            assertThat(node.sql("SHOW data_checksums"))
                    .isEqualTo(ContainerNode.MAJOR < 18 ? "off" : "on");
        }
    }

    /// Client libraries of containers wait for both, each in its place.
    @Test
    @DisplayName("1.7: ready is said once on stdout by the bootstrap server, once on stderr")
    void ready_is_said_once_on_stdout_and_once_on_stderr() {
        String ready = "database system is ready to accept connections";
        try (ContainerNode node = node()) {
            node.started().awaitServer();
            assertThat(node.getLogs(OutputFrame.OutputType.STDOUT))
                    .containsOnlyOnce(ready)
                    .contains("PostgreSQL init process complete; ready for start up.");
            assertThat(node.getLogs(OutputFrame.OutputType.STDERR)).containsOnlyOnce(ready);
        }
    }

    @Test
    @DisplayName("INIT-5: sockets in another directory are no obstacle to the first boot")
    void sockets_in_another_directory_are_no_obstacle() {
        try (ContainerNode node = node()) {
            node.withFile(INIT + "a.sh", FILE, "psql -U postgres -Atc \"select 'a' || 'sks'\"\n")
                    .withFile(INIT + "b.sql", FILE, "create table t as select 1 as row;")
                    .withCommand("-c", "unix_socket_directories=/tmp");
            node.started().awaitLog("listening on IPv4 address");
            assertThat(node.log()).contains("\nasks\n");
            Eventually.happens(
                    "a row by the socket in /tmp",
                    node::log,
                    () ->
                            node.exec("psql", "-h", "/tmp", "-U", "postgres", "-Atc", "table t")
                                    .out()
                                    .equals("1\n"));
            Eventually.happens(
                    "healthy", node::log, () -> node.exec("entrypoint", "healthcheck").code() == 0);
        }
    }

    @Test
    @DisplayName("FILE-1, FILE-8: a secret's file is read at every start")
    void a_secrets_file_is_read_at_every_start() {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.withEnv("POSTGRES_PASSWORD_FILE", "/secret")
                    .withFile("/secret", 0400, " two words \n\n\n")
                    .started()
                    .awaitServer();
            String login =
                    "PGPASSWORD=' two words ' psql -h $(hostname -i) -U postgres -Atc 'select 1'";
            Eventually.happens(
                    "a login by the secret",
                    node::log,
                    () -> node.exec("bash", "-c", login).out().equals("1\n"));
            assertThat(node.execAs("root", "rm", "/secret").code()).isZero();
            assertThat(node.stopped()).as(node::log).isZero();
            assertThat(node.startedAgain().awaitExit()).as(node::log).isEqualTo(77);
            assertThat(node.log()).contains("POSTGRES_PASSWORD_FILE", "/secret");
        }
    }

    @Test
    @DisplayName("PERM-3: programs of a uid without a name have one")
    void programs_of_a_uid_without_a_name_have_one() {
        try (ContainerNode node =
                node().user("123456:0")
                        .withEnv("PGDATA", "/volume/data")
                        .withFile(
                                INIT + "a.sh", PROGRAM, "#!/bin/sh\nwhoami\npsql -Atc 'select 2'\n")
                        .onHost(host ->
                                host.withTmpFs(Map.of("/volume", "uid=123456,gid=0,mode=0770")))) {
            node.started().awaitServer();
            assertThat(node.log()).contains("postgres\n2\n");
        }
    }

    @Test
    @DisplayName("1.6: the scripts of the official image are there by name")
    void the_scripts_of_the_official_image_are_there_by_name() {
        try (ContainerNode node = node().program("docker-ensure-initdb.sh")) {
            node.withFile(INIT + "a.sql", FILE, "select 'made';").start();
            assertThat(node.awaitExit()).as(node::log).isZero();
            assertThat(node.log()).contains(" made\n").doesNotContain("ready for start up");
            try (ContainerNode again = node().after(node).program("docker-enforce-initdb.sh")) {
                again.start();
                assertThat(again.awaitExit()).isEqualTo(1);
                assertThat(again.log()).contains("error: (unexpected) database found in '");
            }
            try (ContainerNode served =
                    node().after(node).program("gosu", "postgres", "docker-entrypoint.sh")) {
                served.withCommand("postgres").started().awaitServer();
            }
        }
    }

    @Test
    @DisplayName(
            "INITD-16: while scripts run the socket is open, TCP is closed, and it is not healthy")
    void while_scripts_run_the_socket_is_open_and_it_is_not_healthy() {
        try (ContainerNode node = node()) {
            node.withCreateContainerCmdModifier(command ->
                    command.withHealthcheck(
                            new HealthCheck()
                                    .withTest(List.of("CMD", "entrypoint", "healthcheck"))
                                    .withInterval(1_000_000_000L)));
            node.withFile(
                            INIT + "a.sh",
                            FILE,
                            "echo waits; until [ -e /tmp/go-on ]; do sleep 0.1; done\n")
                    .started()
                    .awaitLog("waits");
            assertThat(node.exec("entrypoint", "healthcheck").code()).isEqualTo(1);
            assertThat(node.exec("pg_isready", "-U", "postgres").code()).isZero();
            assertThat(node.exec("pg_isready", "-h", "127.0.0.1").code()).isNotZero();
            assertThat(node.exec("entrypoint", "status").out()).contains("running scripts of ");
            assertThat(node.exec("touch", "/tmp/go-on").code()).isZero();
            node.awaitServer();
            Eventually.happens(
                    "healthy", node::log, () -> node.exec("entrypoint", "healthcheck").code() == 0);
        }
    }
}
