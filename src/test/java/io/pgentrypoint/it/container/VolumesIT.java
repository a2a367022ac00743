package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Two containers on one volume, and volumes that are none.
@ContainerTest
class VolumesIT {

    private static final int IO = 74;
    private static final int BUSY = 75;

    @Test
    void the_second_of_two_containers_waits_says_who_and_gives_up() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode first = cluster.node("first").started().awaitServer();
            ContainerNode second =
                    cluster.node("second").after(first).withEnv("VOLUME_WAIT", "3s").started();
            assertThat(second.awaitExit()).as(second::log).isEqualTo(BUSY);
            String who =
                    "in use by host first (container "
                            + first.getContainerId().substring(0, 12)
                            + ", process 1";
            assertThat(second.lines("Waiting for the volume, at most 3 s").getFirst())
                    .contains(who);
            assertThat(second.lines("cannot use").getFirst()).contains(who).contains("waited 3 s");
            assertThat(first.sql("SELECT 1")).isEqualTo("1");

            // The same question without a start.
            ContainerNode asking =
                    cluster.node("asking").after(first).program("entrypoint", "plan").started();
            assertThat(asking.awaitExit()).as(asking::log).isZero();
            assertThat(asking.log()).contains("is " + who).contains("a start waits for it");
            assertThat(first.exec("entrypoint", "plan").out()).doesNotContain("is in use by");
            assertThat(first.stopped()).as(first::log).isZero();
        }
    }

    @Test
    void a_rolling_restart_hands_the_volume_over() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode first = cluster.node("first").started().awaitServer();
            first.sql("CREATE TABLE t AS SELECT 1 AS row");
            ContainerNode second =
                    cluster.node("second")
                            .after(first)
                            .started()
                            .awaitLog("Waiting for the volume");
            assertThat(first.stopped()).as(first::log).isZero();
            second.awaitLog("is free now").awaitSql("SELECT count(*) FROM t", "1");
            assertThat(second.stopped()).as(second::log).isZero();
        }
    }

    @Test
    @DisplayName("CRASH-4: what a killed container left behind is no obstacle")
    void what_a_killed_container_left_behind_is_no_obstacle() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode first = cluster.node("first").started().awaitServer();
            first.sql("CREATE TABLE t AS SELECT 1 AS row");
            first.killed("KILL");
            ContainerNode second = cluster.node("second").after(first).started();
            second.awaitSql("SELECT count(*) FROM t", "1");
            assertThat(second.lines("remove postmaster.pid –")).hasSize(1);
            assertThat(second.lines("Waiting for the volume")).isEmpty();
            second.killed("KILL");
            second.startedAgain().awaitSql("SELECT count(*) FROM t", "1");
        }
    }

    @Test
    void a_volume_without_room_for_a_cluster_is_refused() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode node =
                    cluster.node("small")
                            .withEnv("PGDATA", "/small/data")
                            .onHost(host -> host.withTmpFs(Map.of("/small", "size=64m")))
                            .started();
            assertThat(node.awaitExit()).as(node::log).isEqualTo(IO);
            assertThat(node.log())
                    .contains("64.0 MB free, and needs 72.0 MB (a new cluster and 3 WAL segments");
        }
    }

    @Test
    void a_full_volume_of_64_mb_is_held_says_what_fills_it_and_starts_when_there_is_room() {
        String filled =
                """
                head -c 52M /dev/zero >/small/dump.sql
                exec /usr/local/bin/entrypoint postgres
                """;
        try (Cluster cluster = new Cluster()) {
            ContainerNode node =
                    cluster.node("small")
                            .withEnv("PGDATA", "/small/data")
                            .withEnv("ON_DISK_FULL", "hold")
                            .withEnv("PROBE_PORT", "8008")
                            .withEnv("POSTGRES_INITDB_ARGS", "--wal-segsize=1")
                            .onHost(host -> host.withTmpFs(Map.of("/small", "size=64m")))
                            .program("bash", "-ec", filled)
                            .started()
                            .awaitLog("/small/data has 12.0 MB of 64.0 MB free, and needs 27.0 MB")
                            .awaitLog("What fills it: ");
            assertThat(node.said())
                    .anyMatch(line ->
                            line.startsWith("What fills it: ")
                                    && line.endsWith(
                                            "beside PGDATA on the same file system 52.0 MB"));
            Eventually.happens(
                    "503 of /readyz", node::log, () -> get(node, "/readyz").contains(" 503 "));
            assertThat(get(node, "/readyz")).contains("12.0 MB of 64.0 MB free", "52.0 MB");
            assertThat(get(node, "/livez")).contains(" 200 ");
            assertThat(node.exec("entrypoint", "status").out()).contains("holding");
            assertThat(node.exec("entrypoint", "healthcheck").code()).isEqualTo(1);

            assertThat(node.execAs("root", "rm", "/small/dump.sql").code()).isZero();
            node.awaitServer();
            Eventually.happens(
                    "200 of /readyz", node::log, () -> get(node, "/readyz").contains(" 200 "));

            // Data that fills it is an error of the statement, and the server goes on.
            ContainerNode.Run fill =
                    node.exec(
                            "psql",
                            "-U",
                            "admin",
                            "-c",
                            "CREATE UNLOGGED TABLE t AS SELECT repeat('x', 1000) FROM"
                                    + " generate_series(1, 100000)");
            assertThat(fill.err()).contains("No space left on device");
            assertThat(node.sql("SELECT 1")).isEqualTo("1");
            assertThat(node.stopped()).as(node::log).isZero();
        }
    }

    private static String get(ContainerNode node, String path) {
        return node.exec(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/8008; printf 'GET %s HTTP/1.0\\r\\n\\r\\n' \"$0\""
                                + " >&3; cat <&3",
                        path)
                .out();
    }

    @Test
    void a_directory_that_is_no_volume_and_the_layout_of_18_are_doubted_once() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode node =
                    cluster.node("layers")
                            .withEnv("PGDATA", "/var/lib/postgresql/99/docker")
                            .withEnv("POSTGRES_CONF_work_mem", "64MB")
                            .onHost(host ->
                                    host.withTmpFs(Map.of("/var/lib/postgresql/data", "size=1m")))
                            .started()
                            .awaitServer();
            assertThat(node.lines("is not on a volume but in the container's own file system"))
                    .hasSize(ContainerNode.MAJOR < 18 ? 1 : 0);
            assertThat(node.lines("a volume is mounted at /var/lib/postgresql/data")).hasSize(1);
            assertThat(node.lines("/dev/shm has 64.0 MB")).hasSize(1);
            assertThat(node.stopped()).as(node::log).isZero();
        }
    }

    @Test
    void a_primary_limits_what_slots_keep_by_the_size_of_the_volume() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = cluster.primary("primary").started().awaitServer();
            String limit = primary.sql("SHOW max_slot_wal_keep_size");
            assertThat(limit).matches("[0-9]+[MG]B");
            assertThat(primary.file(primary.sql("SHOW data_directory") + "/entrypoint.conf"))
                    .containsPattern(
                            "max_slot_wal_keep_size = '.*' # native primary: a quarter of .*, the"
                                    + " file system of PGDATA");
            assertThat(primary.stopped()).as(primary::log).isZero();
            primary.startedAgain().awaitServer();
            assertThat(primary.sql("SHOW max_slot_wal_keep_size")).isEqualTo(limit);
            assertThat(primary.lines("write entrypoint.conf")).isEmpty();
        }
    }
}
