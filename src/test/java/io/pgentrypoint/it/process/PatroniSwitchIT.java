package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Etcd;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Volumes that come to Patroni from a native life and go home again, their rows counted at each
/// stage.
class PatroniSwitchIT {

    private static final String ROWS = "SELECT count(*) FROM rows";
    private static final String QUICK =
            "{bootstrap: {dcs: {ttl: 20, loop_wait: 1, retry_timeout: 3}}}";

    @Test
    void a_replicas_volume_given_first_does_not_lead_and_no_row_is_lost() throws IOException {
        try (Etcd etcd = Etcd.start();
                ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run was = primary.serve();
            Run copy = replica.with("POSTGRES_PASSWORD", "super").serve();
            primary.sql("CREATE TABLE rows AS SELECT generate_series(1, 500) AS id");
            await(() -> replica.ask("SELECT to_regclass('rows') IS NOT NULL").equals("t"), copy);
            await(() -> replica.ask(ROWS).equals("500"), copy);
            copy.stop();
            primary.sql("INSERT INTO rows SELECT generate_series(501, 1500)");
            // A setting of another life must not make commits wait.
            primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            was.stop();

            Run second =
                    replica.withPatroni("second", etcd.port)
                            .with("PATRONI_CONFIGURATION", QUICK)
                            .serve();
            second.await("not allowed to promote", 30);
            assertThat(replica.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");

            Run first =
                    primary.withPatroni("first", etcd.port)
                            .with("PATRONI_CONFIGURATION", QUICK)
                            .serve();
            first.await("first leads shop", 60);
            primary.sql("INSERT INTO rows VALUES (1501)");
            assertThat(primary.ask(ROWS)).isEqualTo("1501");
            second.await("From now on this member may lead too", 60);
            await(() -> replica.ask(ROWS).equals("1501"), second);
            assertThat(primary.data.resolve("entrypoint.conf")).doesNotExist();
            assertThat(Files.readString(primary.data.resolve("postgresql.base.conf")))
                    .doesNotContain("entrypoint.conf");

            // and home again
            assertThat(second.stop().code()).as(second.said()).isZero();
            assertThat(first.stop().code()).as(first.said()).isZero();
            primary.without("USE_PATRONI")
                    .with("HA_MODE", "native")
                    .with("REPLICATION_ROLE", "primary");
            Run native1 = primary.serve();
            native1.await("Dropped the replication slot second", 30);
            primary.sql("INSERT INTO rows VALUES (1502)");
            assertThat(primary.ask(ROWS)).isEqualTo("1502");
            assertThat(primary.ask("SHOW synchronous_standby_names")).isEmpty();
            assertThat(primary.ask("SHOW cluster_name")).isEmpty();
            assertThat(primary.data.resolve("patroni.dynamic.json")).doesNotExist();
            assertThat(primary.data.resolve("postgresql.base.conf")).doesNotExist();
            replica.without("USE_PATRONI")
                    .with("HA_MODE", "native")
                    .with("REPLICATION_ROLE", "replica")
                    .with("PRIMARY_HOST", "127.0.0.1")
                    .with("PRIMARY_PORT", String.valueOf(primary.port));
            Run native2 = replica.serve();
            await(() -> replica.ask(ROWS).equals("1502"), native2);
            native2.stop();
            native1.stop();

            // standalone is a primary without its rules
            primary.without("HA_MODE").without("REPLICATION_ROLE");
            Run alone = primary.serve();
            assertThat(primary.ask(ROWS)).isEqualTo("1502");
            alone.stop();
        }
    }

    @Test
    void a_volume_of_another_cluster_and_one_of_a_former_primary_are_refused() throws IOException {
        try (Etcd etcd = Etcd.start();
                ProcessNode leader =
                        ProcessNode.member("first", etcd.port)
                                .with("PATRONI_CONFIGURATION", QUICK);
                ProcessNode other = ProcessNode.primary()) {
            leader.serve().await("first leads shop", 60);
            other.made();
            Run.Ended foreign = other.withPatroni("second", etcd.port).call("run");
            assertThat(foreign.code()).isEqualTo(65);
            assertThat(foreign.stderr()).contains("cannot join shop: its system identifier");
            assertThat(other.data.resolve("postgresql.base.conf")).doesNotExist();
        }
    }

    @Test
    void a_store_that_is_not_there_is_named_and_waited_for_no_longer_than_asked()
            throws IOException {
        int nobody = RealCluster.freePort();
        try (ProcessNode member = ProcessNode.member("first", nobody).with("PRIMARY_WAIT", "2s")) {
            Run.Ended ended = member.call("run");
            assertThat(ended.code()).isEqualTo(69);
            assertThat(ended.stderr())
                    .contains("Waiting for etcd 127.0.0.1:" + nobody)
                    .contains("it refuses connections")
                    .contains("waited 2 s (PRIMARY_WAIT)");
        }
    }

    /// What is rendered is complete for each of them in the eyes of Patroni, which reads the
    /// store's own variables itself.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATRONI_CONSUL_HOST=127.0.0.1:%d",
                "PATRONI_ZOOKEEPER_HOSTS='127.0.0.1:%d'",
                "PATRONI_KUBERNETES_LABELS={app: shop}"
            })
    void patroni_takes_the_configuration_for_each_store(String variable) throws IOException {
        try (ServerSocket store = new ServerSocket(0);
                ProcessNode member = ProcessNode.member("first", store.getLocalPort())) {
            String[] pair = variable.formatted(store.getLocalPort()).split("=", 2);
            Run.Ended ended =
                    member.without("PATRONI_ETCD3_HOSTS").with(pair[0], pair[1]).call("init");
            assertThat(ended.code()).as(ended.stderr()).isZero();
        }
    }

    @Test
    void a_configuration_that_patroni_rejects_is_refused_before_anything_starts()
            throws IOException {
        try (Etcd etcd = Etcd.start();
                ProcessNode member =
                        ProcessNode.member("first", etcd.port)
                                .without("PATRONI_RESTAPI_CONNECT_ADDRESS")
                                .with(
                                        "PATRONI_CONFIGURATION",
                                        "{restapi: {connect_address: 127.0.0.1:1}}")) {
            Run.Ended ended = member.call("run");
            assertThat(ended.code()).isEqualTo(78);
            assertThat(ended.stderr())
                    .contains("cannot start Patroni with this configuration")
                    .contains("restapi.connect_address")
                    .doesNotContain("super");
        }
    }

    static void await(java.util.function.BooleanSupplier condition, Run run) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(run.alive() && System.nanoTime() < end).as(run.said()).isTrue();
            run.leave(Duration.ofMillis(100));
        }
    }
}
