package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A replica of a node that subscribes to another cluster: whoever opens its volume read-write has
/// the subscription too, and the publisher's slot serves one of them.
class SubscriptionsIT {

    private static final String ROWS = "SELECT count(*) FROM t";
    private static final String ENABLED =
            "SELECT string_agg(subenabled::text, ' ') FROM pg_subscription";

    private static ProcessNode publisher() throws IOException {
        return ProcessNode.standalone().with("POSTGRES_CONF_wal_level", "logical");
    }

    /// Until rows of the publisher are in the subscriber and in its replica.
    private static Run[] serve(ProcessNode publisher, ProcessNode subscriber, ProcessNode replica) {
        Run source = publisher.serve();
        publisher.sql("CREATE TABLE t AS SELECT generate_series(1, 100) AS row");
        publisher.sql("CREATE PUBLICATION p FOR TABLE t");
        Run primary = subscriber.serve();
        subscriber.sql("CREATE TABLE t (row int)");
        subscriber.sql(
                """
                CREATE SUBSCRIPTION "it's s" CONNECTION
                    'host=127.0.0.1 port=%d user=postgres password=super dbname=postgres'
                    PUBLICATION p WITH (slot_name = 's')
                """
                        .formatted(publisher.port));
        Run standby = replica.serve();
        Pair.await(subscriber, ROWS, "100");
        Pair.await(replica, ROWS, "100");
        return new Run[] {source, primary, standby};
    }

    @Test
    void a_detached_copy_takes_no_row_from_the_node_that_it_is_a_copy_of() throws IOException {
        try (ProcessNode publisher = publisher();
                ProcessNode subscriber = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(subscriber.port)) {
            Run[] runs = serve(publisher, subscriber, replica);
            assertThat(publisher.call("status").stdout())
                    .contains("slot      s: logical, active")
                    .doesNotContain("standby   ");
            assertThat(runs[2].stop().code()).isZero();

            replica.asStandalone();
            assertThat(replica.call("plan").stdout())
                    .contains("disable its logical subscriptions, and stop it")
                    .contains("Its logical subscriptions are disabled");
            Run copy = replica.serve();
            assertThat(copy.said())
                    .contains("The subscription it's s in database postgres is disabled")
                    .contains("ALTER SUBSCRIPTION \"it's s\" ENABLE");
            assertThat(replica.ask(ENABLED)).isEqualTo("false");
            for (int i = 0; i < 5; i++) {
                publisher.sql("INSERT INTO t VALUES (%d)".formatted(1000 + i));
            }
            Pair.await(subscriber, ROWS, "105");
            assertThat(replica.ask(ROWS)).isEqualTo("100");
            assertThat(subscriber.ask(ENABLED)).isEqualTo("true");
            assertThat(copy.stop().code()).isZero();

            Run again = replica.serve();
            assertThat(replica.ask(ENABLED)).isEqualTo("false");
            assertThat(again.stop().code()).isZero();
            assertThat(runs[1].stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
        }
    }

    @Test
    void a_restored_node_takes_no_row_before_somebody_enables_its_subscriptions()
            throws IOException {
        try (ProcessNode publisher = publisher();
                ProcessNode subscriber = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(subscriber.port)) {
            Run[] runs = serve(publisher, subscriber, replica);
            for (int i = 2; i >= 0; i--) {
                assertThat(runs[i].stop().code()).isZero();
            }
            String warning = "it is restored from a base backup and may have logical subscriptions";
            for (ProcessNode restored : List.of(subscriber, publisher)) {
                Files.createFile(restored.data.resolve("recovery.signal"));
                Path _ = restored.own("data/recovery.signal");
            }
            assertThat(publisher.call("plan").stdout()).doesNotContain(warning);
            Files.delete(publisher.data.resolve("recovery.signal"));
            Run source = publisher.serve();
            publisher.sql("INSERT INTO t VALUES (1000), (1001)");

            subscriber.with("POSTGRES_CONF_restore_command", "false");
            assertThat(subscriber.call("plan").stdout())
                    .contains(warning, "disable its logical subscriptions");
            Run copy = subscriber.serve();
            Pair.await(subscriber, ENABLED, "false");
            copy.await("The subscription it's s in database postgres is disabled", 90);
            assertThat(subscriber.ask(ROWS)).isEqualTo("100");
            assertThat(copy.stop().code()).isZero();

            Run again = subscriber.serve();
            assertThat(again.said()).doesNotContain(warning);
            assertThat(subscriber.ask(ENABLED)).isEqualTo("false");
            subscriber.sql("ALTER SUBSCRIPTION \"it's s\" ENABLE");
            Pair.await(subscriber, ROWS, "102");
            assertThat(again.stop().code()).isZero();
            assertThat(source.stop().code()).isZero();
        }
    }

    @Test
    void a_replica_that_takes_over_goes_on_subscribing() throws IOException {
        try (ProcessNode publisher = publisher();
                ProcessNode subscriber = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(subscriber.port)) {
            Run[] runs = serve(publisher, subscriber, replica);
            runs[1].kill();
            assertThat(replica.call("promote").code()).as(replica.said()).isZero();
            publisher.sql("INSERT INTO t VALUES (1000), (1001)");
            Pair.await(replica, ROWS, "102");
            assertThat(replica.ask(ENABLED)).isEqualTo("true");
            assertThat(runs[2].stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
        }
    }

    @Test
    void a_volume_at_rest_that_takes_over_as_the_primary_goes_on_subscribing() throws IOException {
        try (ProcessNode publisher = publisher();
                ProcessNode subscriber = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(subscriber.port)) {
            Run[] runs = serve(publisher, subscriber, replica);
            runs[1].kill();
            assertThat(runs[2].stop().code()).isZero();
            Run now = replica.asPrimary().serve();
            publisher.sql("INSERT INTO t VALUES (1000), (1001)");
            Pair.await(replica, ROWS, "102");
            assertThat(replica.ask(ENABLED)).isEqualTo("true");
            assertThat(now.stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
        }
    }
}
