package io.pgentrypoint.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Citus is in no Debian suite: what needs its library runs where the image was built with it.
@ContainerTest
class CitusIT {

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
            project.compose("up", "--wait", "--wait-timeout", "600").succeeded();
            asApp(project, "INSERT INTO orders SELECT i % 50, i FROM generate_series(1, 1000) i");
            assertThat(asApp(project, "SELECT count(*) FROM orders")).isEqualTo("1000");
            assertThat(
                            project.sql(
                                    "coordinator",
                                    "SELECT count(DISTINCT nodename) FROM citus_shards"))
                    .isEqualTo("2");
            project.compose("restart", "worker1").succeeded();
            project.compose("up", "--wait", "--wait-timeout", "600").succeeded();
            assertThat(asApp(project, "SELECT count(*) FROM orders")).isEqualTo("1000");
        }
    }

    @Test
    void all_nodes_take_a_new_password_at_once_and_still_log_in_to_each_other(@TempDir Path scratch)
            throws IOException {
        assumeCitus();
        Path changed = scratch.resolve("changed.yaml");
        String node =
                "    environment: { POSTGRES_PASSWORD: changed, POSTGRES_PASSWORD_SYNC: \"true\" }\n";
        Files.writeString(
                changed,
                """
                services:
                  coordinator:
                %s  worker1:
                %s  worker2:
                %s  table:
                    environment: { PGPASSWORD: "changed" }
                """
                        .formatted(node, node, node));
        try (ComposeProject project = new ComposeProject("docker/compose.citus.yaml")) {
            project.compose("up", "--wait", "--wait-timeout", "600").succeeded();
            project.compose("--file", changed.toString(), "up", "--wait", "--wait-timeout", "600")
                    .succeeded();
            assertThat(project.sql("coordinator", "SELECT count(*) FROM orders")).isEqualTo("0");
        }
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
