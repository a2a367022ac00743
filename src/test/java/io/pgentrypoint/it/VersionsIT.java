package io.pgentrypoint.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ContainerTest
class VersionsIT {

    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = {13, 15, 17, 18})
    void a_replica_streams_and_both_nodes_start_again(int major) {
        try (Cluster cluster = new Cluster(major)) {
            ContainerNode primary = cluster.primary("primary").started();
            ContainerNode replica =
                    cluster.replica("replica", "primary").started().awaitStreaming();
            assertThat(primary.sql("SHOW server_version")).startsWith(major + ".");
            primary.sql("CREATE TABLE t AS SELECT 1 AS row");
            replica.awaitSql("SELECT count(*) FROM t", "1");

            assertThat(replica.stopped()).as(replica::log).isZero();
            assertThat(primary.stopped()).as(primary::log).isZero();
            primary.startedAgain().awaitServer();
            replica.startedAgain().awaitStreaming();

            primary.sql("INSERT INTO t VALUES (2)");
            replica.awaitSql("SELECT count(*) FROM t", "2");
            assertThat(primary.said())
                    .contains("before the server starts: nothing, everything is as it should be");
            assertThat(replica.said())
                    .contains("before the server starts: nothing, everything is as it should be");
        }
    }
}
