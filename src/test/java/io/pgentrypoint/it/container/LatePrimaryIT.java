package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@ContainerTest
@Order(1)
class LatePrimaryIT {

    private static final Duration LATE = Duration.ofMinutes(2);
    private static final String WAITING = "Waiting for the primary late:5432: ";

    @Test
    void a_primary_that_arrives_two_minutes_late_is_awaited_and_cloned() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode replica = cluster.replica("early", "late").started();
            String startedAt = replica.state().getStartedAt();
            Eventually.remains(
                    LATE, () -> assertThat(replica.isRunning()).as(replica::log).isTrue());

            Instant arrival = Instant.now();
            cluster.primary("late").started();
            replica.awaitStreaming();
            assertThat(arrival).isAfter(Instant.parse(startedAt).plus(LATE));
            assertThat(replica.state().getStartedAt()).isEqualTo(startedAt);
            assertThat(replica.getCurrentContainerInfo().getRestartCount()).isZero();

            // A line whenever the reason changes: no name, nothing that listens, a start.
            List<String> reasons =
                    replica.said().stream()
                            .filter(line -> line.startsWith(WAITING))
                            .map(line ->
                                    line.substring(WAITING.length()).replaceFirst(" \\(.*", ""))
                            .toList();
            assertThat(reasons).first().isEqualTo("its name cannot be resolved");
            for (int i = 1; i < reasons.size(); i++) {
                assertThat(reasons.get(i)).isNotEqualTo(reasons.get(i - 1));
            }
            assertThat(reasons).hasSizeLessThan(8);
            assertThat(replica.said()).contains("The primary late:5432 answers");
        }
    }
}
