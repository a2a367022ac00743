package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// After a failover both nodes are started again with the variables from before it.
class UnchangedVariablesIT {

    private static final String ROWS = "SELECT count(*) FROM kept";

    private static void assertTakesWrites(ProcessNode node, Run run, int rows) {
        assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
        node.sql("INSERT INTO kept VALUES (1)");
        assertThat(node.ask(ROWS)).isEqualTo(String.valueOf(rows));
        assertThat(run.said()).contains("set REPLICATION_ROLE=primary");
    }

    private static void assertRefused(ProcessNode node, String because) {
        assertRefused(node.call(), because);
    }

    private static void assertRefused(Run.Ended ended, String because) {
        assertThat(ended.code()).as(ended.stderr()).isEqualTo(76);
        assertThat(ended.stderr()).contains(because);
    }

    /// The old primary has commits that its successor never got, and has seen that one once.
    @Test
    void the_promoted_node_is_the_primary_and_the_old_one_stays_down_in_any_order()
            throws IOException {
        try (Pair pair = Pair.create()) {
            ProcessNode old = pair.one();
            ProcessNode successor = pair.two();
            String peers = "127.0.0.1:%d,127.0.0.1:%d".formatted(old.port, successor.port);
            old.with("PEER_HOSTS", peers);
            successor.with("PEER_HOSTS", peers);
            Run[] first = pair.serve();
            assertThat(first[1].stop().code()).isZero();
            old.sql("INSERT INTO lost VALUES (1)");
            first[0].kill();
            Run second = successor.serve();
            assertThat(successor.call("promote")).extracting(Run.Ended::code).isEqualTo(0);
            assertRefused(old, "is a primary of the same cluster already");
            assertThat(old.record().superseded().orElseThrow().timeline()).isEqualTo(2);
            assertThat(second.stop().code()).isZero();

            // The old one first.
            assertRefused(old, "an earlier start has seen timeline 2");
            second = successor.serve();
            assertTakesWrites(successor, second, 1001);
            // The new one first, and a reload of what it was started with.
            assertRefused(old, "is a primary of the same cluster already");
            second.signal("HUP");
            second.await("received SIGHUP", 60);
            assertThat(second.said()).doesNotContain("Cannot update the configuration files");
            assertThat(second.stop().code()).isZero();
            // Both at once.
            Run both = old.start();
            second = successor.serve();
            assertRefused(both.end(), "cannot start");
            assertTakesWrites(successor, second, 1002);
            assertThat(second.stop().code()).isZero();

            // Without peers PRIMARY_HOST is asked.
            old.without("PEER_HOSTS");
            successor.without("PEER_HOSTS");
            assertRefused(old, "an earlier start has seen timeline 2");
            second = successor.serve();
            assertTakesWrites(successor, second, 1003);
            assertThat(second.stop().code()).isZero();
        }
    }

    /// The old primary has all that its successor had, and came back as its standby.
    @Test
    void the_old_primary_goes_on_as_the_standby_of_the_promoted_node() throws IOException {
        try (Pair pair = Pair.create()) {
            ProcessNode old = pair.one();
            ProcessNode successor = pair.two();
            String peers = "127.0.0.1:%d,127.0.0.1:%d".formatted(old.port, successor.port);
            old.with("PEER_HOSTS", peers);
            successor.with("PEER_HOSTS", peers);
            Run[] first = pair.serve();
            assertThat(first[0].stop().code()).isZero();
            assertThat(successor.call("promote")).extracting(Run.Ended::code).isEqualTo(0);
            Run follows = old.serve();
            Pair.assertFollows(old, successor);
            assertThat(first[1].stop().code()).isZero();
            assertThat(follows.stop().code()).isZero();

            follows = old.serve();
            assertThat(old.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            Run again = successor.serve();
            assertTakesWrites(successor, again, 1002);
            Pair.assertFollows(old, successor);
            assertThat(follows.stop().code()).isZero();
            assertThat(again.stop().code()).isZero();
        }
    }
}
