package io.pgentrypoint.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/// Citus is in no Debian suite: what needs its library runs where the image was built with it.
@ContainerTest
class CitusIT {

    private static boolean imageHasCitus() {
        try (Node node = new Node(Node.MAJOR)) {
            node.program("sleep", "infinity").started();
            return node.exec("bash", "-c", "test -e /usr/lib/postgresql/$PG_MAJOR/lib/citus.so")
                            .code()
                    == 0;
        }
    }

    @Test
    void without_the_library_a_node_is_refused_before_anything_is_written() {
        assumeTrue(!imageHasCitus(), "not run: this image has Citus");
        try (Node node = new Node(Node.MAJOR)) {
            node.withEnv("USE_CITUS", "true").withEnv("POSTGRES_PASSWORD", "x").start();
            assertThat(node.awaitExit()).as(node::log).isEqualTo(78);
            assertThat(node.log())
                    .contains("has no library citus")
                    .contains("build the image with CITUS_PACKAGE=…")
                    .doesNotContain("PostgreSQL init process complete");
        }
    }

    @Test
    void the_example_distributes_a_table_over_two_workers_that_registered_themselves() {
        assumeTrue(
                imageHasCitus(),
                "not run: this image was built without CITUS_PACKAGE, and no Debian suite has Citus;"
                        + " docs/citus.md says how to run it");
        try (ComposeProject project = new ComposeProject("docker/compose.citus.yaml")) {
            project.compose("up", "--wait", "--wait-timeout", "180").succeeded();
            project.sql(
                    "coordinator",
                    "INSERT INTO orders SELECT i % 50, i FROM generate_series(1, 1000) i");
            assertThat(project.sql("coordinator", "SELECT count(*) FROM orders")).isEqualTo("1000");
            assertThat(
                            project.sql(
                                    "coordinator",
                                    "SELECT count(DISTINCT nodename) FROM citus_shards"))
                    .isEqualTo("2");
            project.compose("restart", "worker1").succeeded();
            project.compose("up", "--wait", "--wait-timeout", "180").succeeded();
            assertThat(project.sql("coordinator", "SELECT count(*) FROM orders")).isEqualTo("1000");
        }
    }
}
