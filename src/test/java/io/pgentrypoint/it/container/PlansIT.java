package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `plan` prints before a run is what the run logs, line by line: at level debug also where
/// nothing is changed.
@ContainerTest
class PlansIT {

    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = {17, 18})
    void the_plan_of_each_start_is_what_the_start_logs(int major) {
        try (Cluster cluster = new Cluster(major)) {
            ContainerNode standalone = runsAsPlanned(() -> cluster.node("primary")).awaitServer();
            assertThat(standalone.stopped()).as(standalone::log).isZero();

            ContainerNode primary =
                    runsAsPlanned(() -> cluster.primary("primary").after(standalone)).awaitServer();

            Supplier<ContainerNode> asReplica =
                    () -> cluster.replica("replica", "primary").withEnv("REPLICATION_SLOT", "auto");
            ContainerNode replica = runsAsPlanned(asReplica).awaitStreaming();
            assertThat(replica.stopped()).as(replica::log).isZero();
            ContainerNode again =
                    runsAsPlanned(() -> asReplica.get().after(replica)).awaitStreaming();

            assertThat(primary.stopped()).as(primary::log).isZero();
            assertThat(again.stopped()).as(again::log).isZero();
            runsAsPlanned(() -> cluster.primary("primary").after(primary)).awaitServer();
        }
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = 17)
    void the_plan_of_a_first_primary_is_what_the_start_logs(int major) {
        try (Cluster cluster = new Cluster(major)) {
            runsAsPlanned(() ->
                            cluster.primary("primary")
                                    .withEnv("PGDATA", "/var/lib/postgresql/data/sub")
                                    .withEnv("POSTGRES_CONF_work_mem", "5MB"))
                    .awaitServer();
        }
    }

    private static List<String> planned(Supplier<ContainerNode> make) {
        ContainerNode plan = make.get().withCommand("plan").started();
        assertThat(plan.awaitExit()).as(plan::log).isZero();
        // A start has no such line: there is room, or it ends.
        return plan.log()
                .lines()
                .map(line -> line.strip().replaceFirst("^warning: ", ""))
                .filter(line -> !line.startsWith("room: "))
                .toList();
    }

    private static ContainerNode runsAsPlanned(Supplier<ContainerNode> make) {
        // A primary of a busy machine may not answer the first time.
        List<String> planned =
                Eventually.answers(
                        "a plan that has seen its primary",
                        () -> planned(make),
                        lines -> lines.stream().noneMatch(line -> line.contains("not answer")));
        assertThat(planned)
                .hasSizeGreaterThan(2)
                .startsWith("before the volume is read, as root:")
                .anyMatch(line -> line.startsWith("mode: "));

        ContainerNode node =
                make.get().withEnv("LOG_LEVEL", "debug").started().awaitLog("] INFO  then: ");
        assertThat(node.said()).containsSubsequence(planned);
        return node;
    }
}
