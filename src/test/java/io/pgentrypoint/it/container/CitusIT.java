package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Citus is in no Debian suite: what needs its library runs where the image was built with it.
@ContainerTest
class CitusIT {

    private static final List<String> NODES = List.of("coordinator", "worker1", "worker2");
    private static final String ROWS = "SELECT count(*) FROM orders";
    private static final String WAIT = "--wait";
    private static final String TIMEOUT = "--wait-timeout";
    private static final String[] UP = {"up", WAIT, TIMEOUT, "600"};

    private static boolean imageHasCitus() {
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.program("sleep", "infinity").started();
            return node.exec("bash", "-c", "test -e /usr/lib/postgresql/$PG_MAJOR/lib/citus.so")
                            .code()
                    == 0;
        }
    }

    @Test
    void without_the_library_a_node_is_refused_before_anything_is_written() {
        assumeTrue(!imageHasCitus(), "not run: this image has Citus");
        try (ContainerNode node = new ContainerNode(ContainerNode.MAJOR)) {
            node.withEnv("USE_CITUS", "true").withEnv("POSTGRES_PASSWORD", "x").start();
            assertThat(node.awaitExit()).as(node::log).isEqualTo(78);
            assertThat(node.log())
                    .contains("has no library citus")
                    .contains("build the image with CITUS_PACKAGE=…")
                    .doesNotContain("PostgreSQL init process complete");
        }
    }

    private static void assumeCitus() {
        assumeTrue(
                imageHasCitus(),
                "not run: this image was built without CITUS_PACKAGE, and no Debian suite has Citus;"
                        + " docs/how-to/use-citus.md says how to run it");
    }

    @Test
    void the_example_distributes_a_table_that_a_role_without_rights_reads_on_two_workers() {
        assumeCitus();
        try (ComposeProject project = new ComposeProject("docker/compose.citus.yaml")) {
            project.compose(UP).succeeded();
            for (String node : NODES) {
                assertThat(project.log(node)).doesNotContain("ERROR: ", "FATAL: ");
            }
            asApp(project, "INSERT INTO orders SELECT i % 50, i FROM generate_series(1, 1000) i");
            assertThat(asApp(project, ROWS)).isEqualTo("1000");
            assertThat(
                            project.sql(
                                    "coordinator",
                                    "SELECT count(DISTINCT nodename) FROM citus_shards"))
                    .isEqualTo("2");
            project.compose("restart", "worker1").succeeded();
            project.compose(UP).succeeded();
            assertThat(asApp(project, ROWS)).isEqualTo("1000");
        }
    }

    @Test
    void the_nodes_take_a_new_password_one_after_the_other_and_then_another_one_at_once(
            @TempDir Path scratch) throws IOException {
        assumeCitus();
        try (ComposeProject project = new ComposeProject("docker/compose.citus.yaml")) {
            project.compose(UP).succeeded();
            String rolling = passwords(scratch.resolve("rolling.yaml"), "rolled");
            for (String node : NODES) {
                project.compose("--file", rolling, "up", "--no-deps", WAIT, TIMEOUT, "600", node)
                        .succeeded();
            }
            for (String node : NODES) {
                assertThat(project.sql(node, ROWS)).as(node).isEqualTo("0");
            }
            String atOnce = passwords(scratch.resolve("at-once.yaml"), "together");
            project.compose("--file", atOnce, "up", WAIT, TIMEOUT, "600").succeeded();
            for (String node : NODES) {
                assertThat(project.sql(node, ROWS)).as(node).isEqualTo("0");
            }
        }
    }

    /// Of the superuser, on all nodes.
    private static String passwords(Path file, String password) throws IOException {
        String node =
                "{ environment: { POSTGRES_PASSWORD: %s, POSTGRES_PASSWORD_SYNC: \"true\" } }"
                        .formatted(password);
        Files.writeString(
                file,
                """
                services:
                  coordinator: %1$s
                  worker1: %1$s
                  worker2: %1$s
                  table: { environment: { PGPASSWORD: %2$s } }
                """
                        .formatted(node, password));
        return file.toString();
    }

    @Test
    void
            a_standalone_volume_is_handed_over_to_patroni_with_citus_and_one_of_patroni_without_it_is_not(
                    @TempDir Path scratch) throws IOException {
        assumeCitus();
        String alone = member(scratch.resolve("alone.yaml"), "USE_PATRONI: \"false\"");
        String citus =
                member(
                        scratch.resolve("citus.yaml"),
                        "USE_CITUS: \"true\", CITUS_GROUP: \"0\", CITUS_DATABASE: shards");
        String without = member(scratch.resolve("without.yaml"), "PATRONI_SCOPE: other");
        try (ComposeProject project = new ComposeProject("docker/compose.patroni.yaml")) {
            project.compose("--file", alone, "up", WAIT, TIMEOUT, "600", "node1").succeeded();
            project.sql("node1", "CREATE TABLE kept AS SELECT generate_series(1, 100) AS id");
            project.compose("--file", citus, "up", WAIT, TIMEOUT, "600", "node1").succeeded();
            Eventually.happens(
                    "node1 is a node of Citus",
                    () -> project.log("node1"),
                    () -> inShards(project, "SELECT count(*) FROM pg_dist_node").equals("1"));
            assertThat(project.sql("node1", "SELECT count(*) FROM kept")).isEqualTo("100");
            inShards(project, "CREATE TABLE t (id int PRIMARY KEY)");
            inShards(
                    project,
                    "SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', true) FROM pg_dist_node");
            inShards(project, "SELECT create_distributed_table('t', 'id', shard_count := 2)");
            inShards(project, "INSERT INTO t SELECT generate_series(1, 50)");
            assertThat(inShards(project, "SELECT count(*) FROM t")).isEqualTo("50");
            assertThat(project.log("node1")).doesNotContain("does not exist");

            // Another cluster's volume beside the leader of that group.
            project.compose("--file", alone, "up", WAIT, TIMEOUT, "600", "node2").succeeded();
            project.compose("--file", citus, "up", "--detach", "node2").succeeded();
            awaitEnd(project, "node2", "cannot join shop: its system identifier in the DCS");
            project.compose("--file", without, "up", WAIT, TIMEOUT, "600", "node3").succeeded();
            project.compose("--file", citus, "up", "--detach", "node3").succeeded();
            awaitEnd(project, "node3", "it belongs to a Patroni cluster without Citus");
        }
    }

    private static String member(Path file, String environment) throws IOException {
        String node = "{ environment: { %s } }".formatted(environment);
        Files.writeString(
                file,
                """
                services:
                  node1: %1$s
                  node2: %1$s
                  node3: %1$s
                """
                        .formatted(node));
        return file.toString();
    }

    private static String inShards(ComposeProject project, String statement) {
        List<String> psql =
                List.of("exec", "-T", "node1", "psql", "-XqAt", "-U", "admin", "-d", "shards");
        List<String> words = new ArrayList<>(psql);
        words.addAll(List.of("-c", statement));
        return project.compose(words.toArray(String[]::new)).output().strip();
    }

    private static void awaitEnd(ComposeProject project, String service, String why) {
        Eventually.happens(
                service + " is refused: " + why,
                () -> project.log(service),
                () -> project.log(service).contains(why));
    }

    @Test
    void a_coordinators_volume_keeps_the_library_without_use_citus_and_is_no_native_primary() {
        assumeCitus();
        try (ContainerNode coordinator = new ContainerNode(ContainerNode.MAJOR)) {
            coordinator.named("co").withEnv("USE_CITUS", "true");
            coordinator.withEnv("POSTGRES_PASSWORD", "x").started().awaitServer();
            coordinator.sql("CREATE TABLE t (id int PRIMARY KEY)");
            coordinator.sql("SELECT create_distributed_table('t', 'id')");
            coordinator.sql("INSERT INTO t SELECT generate_series(1, 100)");
            coordinator.stopped();
            try (ContainerNode alone = new ContainerNode(ContainerNode.MAJOR).after(coordinator)) {
                alone.named("co").withEnv("POSTGRES_PASSWORD", "x").started().awaitServer();
                assertThat(alone.sql("SELECT count(*) FROM t")).isEqualTo("100");
                assertThat(alone.log()).contains("the Citus library stays loaded");
                alone.stopped();
            }
            try (ContainerNode primary =
                    new ContainerNode(ContainerNode.MAJOR).after(coordinator)) {
                primary.withEnv("POSTGRES_PASSWORD", "x")
                        .withEnv("HA_MODE", "native")
                        .withEnv("REPLICATION_ROLE", "primary")
                        .withEnv("REPLICATION_PASSWORD", "y")
                        .start();
                assertThat(primary.awaitExit()).as(primary::log).isEqualTo(76);
                assertThat(primary.log()).contains("it is a Citus node's volume");
            }
        }
    }

    @Test
    void a_worker_serves_and_is_not_ready_until_its_coordinator_has_it() {
        assumeCitus();
        try (ContainerNode worker = new ContainerNode(ContainerNode.MAJOR)) {
            worker.withEnv("USE_CITUS", "true")
                    .withEnv("CITUS_ROLE", "worker")
                    .withEnv("CITUS_COORDINATOR_HOST", "nowhere.invalid")
                    .withEnv("POSTGRES_PASSWORD", "x");
            worker.started().awaitServer();
            awaitHealth(
                    worker,
                    "not healthy: is not registered in its Citus cluster yet: coordinator nowhere.invalid");
        }
        try (ContainerNode worker = new ContainerNode(ContainerNode.MAJOR)) {
            worker.withEnv("USE_CITUS", "true")
                    .withEnv("CITUS_ROLE", "worker")
                    .withEnv("CITUS_COORDINATOR_HOST", "nowhere.invalid")
                    .withEnv("CITUS_READY_WHEN", "serving")
                    .withEnv("POSTGRES_PASSWORD", "x");
            worker.started().awaitServer();
            awaitHealth(worker, "healthy");
        }
    }

    @Test
    void an_existing_volume_gets_the_database_and_no_tls_that_is_switched_off() {
        assumeCitus();
        try (ContainerNode alone = new ContainerNode(ContainerNode.MAJOR)) {
            alone.named("co").withEnv("POSTGRES_PASSWORD", "x").started().awaitServer();
            alone.stopped();
            try (ContainerNode coordinator = new ContainerNode(ContainerNode.MAJOR).after(alone)) {
                coordinator
                        .named("co")
                        .withEnv("POSTGRES_PASSWORD", "x")
                        .withEnv("USE_CITUS", "true")
                        .withEnv("CITUS_DATABASE", "shards")
                        .withEnv("POSTGRES_CONF_ssl", "off");
                coordinator.started().awaitServer();
                awaitHealth(coordinator, "healthy");
                assertThat(coordinator.sql("SHOW ssl")).isEqualTo("off");
                assertThat(
                                coordinator.sql(
                                        "SELECT count(*) FROM pg_database WHERE datname = 'shards'"))
                        .isEqualTo("1");
                assertThat(coordinator.log())
                        .doesNotContain("cannot be changed")
                        .doesNotContain("contains errors");
            }
        }
    }

    private static void awaitHealth(ContainerNode node, String verdict) {
        Eventually.happens(
                verdict,
                node::log,
                () -> node.exec("entrypoint", "healthcheck").out().startsWith(verdict));
    }

    private static String asApp(ComposeProject project, String statement) {
        return project.exec(
                "coordinator",
                "env",
                "PGPASSWORD=app",
                "psql",
                "-XqAt",
                "-h",
                "coordinator",
                "-U",
                "app",
                "-d",
                "admin",
                "-c",
                statement);
    }
}
