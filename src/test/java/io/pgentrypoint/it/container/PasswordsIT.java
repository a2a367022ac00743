package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@ContainerTest
class PasswordsIT {

    /// A character for each syntax that it passes through on its way.
    private static final String HOSTILE = "p'a\"s\\s w:o$r#d@/&é";

    private static final String ROLE = "Replication role replicator: ";

    @Test
    void a_hostile_password_works_from_the_environment_to_the_wal_receiver() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = with(HOSTILE, cluster.primary("primary")).started();
            ContainerNode replica = with(HOSTILE, cluster.replica("replica", "primary")).started();
            streamsAndLetsIn(primary, replica);
            startsAgain(primary, replica);
        }
    }

    private static ContainerNode with(String password, ContainerNode node) {
        return node.withEnv("POSTGRES_PASSWORD", password)
                .withEnv("REPLICATION_PASSWORD", password);
    }

    @Test
    @DisplayName("FILE-6: a hostile password works from a file that only root may read")
    void a_hostile_password_works_from_a_file_that_only_root_may_read() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = withFiles(cluster.primary("primary")).started();
            ContainerNode replica = withFiles(cluster.replica("replica", "primary")).started();
            streamsAndLetsIn(primary, replica);
            startsAgain(primary, replica);
        }
    }

    private static ContainerNode withFiles(ContainerNode node) {
        node.getEnvMap().remove("POSTGRES_PASSWORD");
        node.getEnvMap().remove("REPLICATION_PASSWORD");
        return node.withFile("/run/secrets/superuser", 0400, HOSTILE + "\n")
                .withFile("/run/secrets/replication", 0400, HOSTILE + "\n")
                .withEnv("POSTGRES_PASSWORD_FILE", "/run/secrets/superuser")
                .withEnv("REPLICATION_PASSWORD_FILE", "/run/secrets/replication");
    }

    private static void streamsAndLetsIn(ContainerNode primary, ContainerNode replica) {
        replica.awaitStreaming();
        for (String host : new String[] {"primary", "replica"}) {
            ContainerNode.Run login =
                    replica.execWith(
                            Map.of("PGPASSWORD", HOSTILE),
                            "psql",
                            "-XqAt",
                            "-h",
                            host,
                            "-U",
                            "admin",
                            "-c",
                            "SELECT 'in'");
            assertThat(login.out().strip()).as(login.err()).isEqualTo("in");
        }
        assertThat(primary.sql("SELECT usesuper FROM pg_user WHERE usename = 'replicator'"))
                .isEqualTo("f");
    }

    private static void startsAgain(ContainerNode primary, ContainerNode replica) {
        assertThat(primary.stopped()).isZero();
        assertThat(replica.stopped()).isZero();
        primary.startedAgain().awaitLog(ROLE + "nothing to change");
        replica.startedAgain().awaitStreaming();
    }

    @Test
    void a_changed_password_is_put_right_by_the_primary_and_the_replica_follows() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode first = cluster.primary("primary").started();
            ContainerNode follower =
                    cluster.replica("replica", "primary").started().awaitStreaming();
            first.sql("CREATE TABLE t AS SELECT 1 AS row");
            follower.awaitSql("SELECT count(*) FROM t", "1");
            assertThat(follower.stopped()).isZero();
            assertThat(first.stopped()).isZero();

            ContainerNode primary =
                    cluster.primary("primary")
                            .withEnv("REPLICATION_PASSWORD", HOSTILE)
                            .after(first)
                            .started()
                            .awaitLog(ROLE + "password set to the environment's");
            assertThat(primary.log()).doesNotContain(HOSTILE);
            // With the old one the replica serves what it has, and cannot come back.
            follower.startedAgain().awaitLog("password authentication failed");
            assertThat(follower.sql("SELECT count(*) FROM t")).isEqualTo("1");
            assertThat(follower.stopped()).isZero();

            ContainerNode replica =
                    cluster.replica("replica", "primary")
                            .withEnv("REPLICATION_PASSWORD", HOSTILE)
                            .after(follower)
                            .started()
                            .awaitStreaming();
            assertThat(replica.log()).contains("the replication password or the primary changed");
            primary.sql("INSERT INTO t VALUES (2)");
            replica.awaitSql("SELECT count(*) FROM t", "2");
        }
    }
}
