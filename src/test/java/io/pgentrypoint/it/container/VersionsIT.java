package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ContainerTest
class VersionsIT {

    /// It begins with a digit, as the names of most containers do, and has what each syntax on the
    /// way to the primary quotes.
    private static final String HOSTILE_NAME = "2e2c it's \\a";

    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = {13, 15, 17, 18})
    void a_replica_streams_and_both_nodes_start_again(int major) {
        try (Cluster cluster = new Cluster(major)) {
            ContainerNode primary = cluster.primary("primary").started();
            ContainerNode replica =
                    cluster.replica("replica", "primary")
                            .withEnv("REPLICA_NAME", HOSTILE_NAME)
                            .withEnv("REPLICATION_SLOT", "auto")
                            .started()
                            .awaitStreaming();
            assertThat(primary.sql("SHOW server_version")).startsWith(major + ".");
            assertThat(primary.sql("SELECT slot_name FROM pg_replication_slots WHERE active"))
                    .isEqualTo("2e2c_it_s__a");
            assertThat(primary.sql("SELECT application_name FROM pg_stat_replication"))
                    .isEqualTo(HOSTILE_NAME);
            primary.sql("CREATE TABLE t AS SELECT 1 AS row");
            replica.awaitSql("SELECT count(*) FROM t", "1");

            assertThat(replica.stopped()).as(replica::log).isZero();
            assertThat(primary.stopped()).as(primary::log).isZero();
            primary.startedAgain().awaitServer();
            replica.startedAgain().awaitStreaming();

            primary.sql("INSERT INTO t VALUES (2)");
            replica.awaitSql("SELECT count(*) FROM t", "2");
            assertThat(primary.said())
                    .anyMatch(line -> line.startsWith("before the server starts: nothing, "))
                    .anyMatch(line -> line.startsWith("ready: primary on port 5432, timeline 1"));
            assertThat(replica.said())
                    .anyMatch(line -> line.startsWith("ready: replica of primary:5432 on port"));
            List<String> said = replica.said();
            assertThat(said.subList(said.lastIndexOf("before the server starts:") + 1, said.size()))
                    .startsWith(
                            "1. create the replication slot 2e2c_it_s__a on primary:5432 if it does not exist or is lost – REPLICATION_SLOT asks the primary to keep what this replica needs")
                    .element(1)
                    .asString()
                    .startsWith("then: ");
        }
    }
}
