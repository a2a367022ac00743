package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// A recovery that takes longer than the probes' patience. It is real, and made slow by stopping
/// the process that does it.
@ContainerTest
@Order(2)
class LongRecoveryIT {

    /// Stops the startup process as soon as it replays, and says which it is.
    private static final String HOLD =
            """
            until pid=$(grep -lsa '^postgres: startup recovering' /proc/[0-9]*/cmdline | cut -d/ -f3 | grep .); do :; done
            kill -STOP $pid && echo $pid
            """;

    /// Lets it work for 0.1 s of processor time.
    private static final String WORK =
            """
            used() { awk '{ print $14 + $15 }' /proc/$1/stat; }
            before=$(used $1)
            kill -CONT $1
            while [ $(($(used $1) - before)) -lt 10 ]; do :; done
            kill -STOP $1
            """;

    private static String get(ContainerNode node, String path) {
        return node.exec(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/8008; printf 'GET %s HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
                                .formatted(path))
                .out();
    }

    private static void startsStill(ContainerNode node) {
        assertThat(get(node, "/startupz"))
                .contains(" 200 ")
                .contains("the server is starting: recovering ");
        assertThat(get(node, "/livez")).contains(" 200 ");
    }

    @Test
    void a_recovery_that_gets_on_is_no_dead_start_and_one_that_hangs_is_said_to() {
        try (ContainerNode node =
                new ContainerNode(ContainerNode.MAJOR)
                        .withEnv("POSTGRES_PASSWORD", "x")
                        .withEnv("POSTGRES_CONF_checkpoint_timeout", "1d")
                        .withEnv("POSTGRES_CONF_max_wal_size", "10GB")
                        .withEnv("PROBE_PORT", "8008")) {
            node.started().awaitServer();
            node.sql(
                    "CREATE TABLE t AS SELECT n, repeat('x', 200) FROM generate_series(1, 500000) n");
            node.sql("UPDATE t SET n = n + 1");
            node.killed("KILL");

            node.startedAgain();
            String startup = node.execAs("root", "bash", "-c", HOLD).out().strip();
            for (int i = 0; i < 3; i++) {
                Eventually.remains(Duration.ofSeconds(25), () -> startsStill(node));
                node.execAs("root", "bash", "-c", WORK, "bash", startup);
            }
            // More than the 60 s after which a start counts as hanging have passed.
            startsStill(node);
            assertThat(get(node, "/readyz")).contains(" 503 ").contains("the server is starting");
            assertThat(node.exec("entrypoint", "healthcheck").code()).isEqualTo(1);

            Eventually.happens(
                    "503 of a start that hangs",
                    node::log,
                    () -> get(node, "/startupz").contains(" 503 "));
            assertThat(get(node, "/startupz")).contains("nothing has moved for ");
            assertThat(get(node, "/livez")).contains(" 200 ");

            node.execAs("root", "kill", "-CONT", startup);
            Eventually.happens(
                    "200 of a node that is ready",
                    node::log,
                    () -> get(node, "/readyz").contains(" 200 "));
            assertThat(get(node, "/startupz")).contains(" 200 ").contains("started");
            assertThat(node.log()).contains("redo done at");
            assertThat(node.stopped()).as(node::log).isZero();
        }
    }
}
