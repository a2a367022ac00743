package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Limits of a container that are used up, or too small to begin with.
@ContainerTest
class LimitsIT {

    @Test
    void without_a_process_to_be_had_it_still_stops_cleanly() {
        try (ContainerNode node =
                new ContainerNode(ContainerNode.MAJOR)
                        .withEnv("POSTGRES_PASSWORD", "secret")
                        .withEnv("PROBE_PORT", "8008")
                        .onHost(host -> host.withPidsLimit(70L))
                        .started()
                        .awaitServer()) {
            // xargs waits for a child where it cannot fork.
            node.exec("sh", "-c", "seq 100 | xargs -P 100 -n 1 sleep 600 >/dev/null 2>&1 &");
            Eventually.happens("no process is left", node::log, () -> sleeping(node) >= 30);
            assertThat(node.stopped()).as(node.log()).isZero();
            assertThat(node.log())
                    .contains("The server has stopped: shut down")
                    .doesNotContain("OutOfMemoryError");
        }
    }

    private static long sleeping(ContainerNode node) {
        String[][] processes =
                node.getDockerClient().topContainerCmd(node.getContainerId()).exec().getProcesses();
        return Arrays.stream(processes)
                .map(columns -> String.join(" ", List.of(columns)))
                .filter(line -> line.contains("sleep 600") && !line.contains("xargs"))
                .count();
    }

    /// Which program is the first that cannot be started differs from run to run.
    @Test
    void a_limit_that_is_too_small_is_said_and_ends_the_start_without_a_stack_trace() {
        try (ContainerNode node =
                new ContainerNode(ContainerNode.MAJOR)
                        .withEnv("POSTGRES_PASSWORD", "secret")
                        .onHost(host -> host.withPidsLimit(24L))
                        .started()) {
            assertThat(node.awaitExit()).as(node.log()).isEqualTo(71);
            assertThat(node.log())
                    .contains("WARN  this container may have 24 processes and threads")
                    .containsAnyOf(
                            "no more processes and threads may be started here",
                            "because the limit of 24 processes and threads was reached")
                    .doesNotContain("\tat ");
        }
    }
}
