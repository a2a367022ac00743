package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Nodes whose upstream no longer has the WAL that comes next.
class LostWalIT {

    @Test
    void a_replica_whose_wal_is_gone_serves_what_it_has_says_so_and_is_healed_by_a_clone()
            throws IOException {
        try (Pair pair = Pair.create()) {
            pair.one().with("POSTGRES_CONF_wal_keep_size", "0");
            Run[] runs = pair.serve();
            assertThat(runs[1].stop().code()).isZero();
            Pair.dropWal(pair.one());
            Run.Ended planned = pair.two().call("plan");
            assertThat(planned.code()).isZero();
            assertThat(planned.stdout()).contains("has already been removed", "REJOIN=reclone");
            Run run = pair.two().serve();
            assertThat(pair.two().ask("SELECT count(*) FROM kept")).isEqualTo("1000");
            run.await("cannot go on replicating", 30);
            assertThat(pair.two().call("status").stdout()).contains("has already been removed");
            assertThat(run.stop().code()).isZero();
            Run healed = pair.two().with("REJOIN", "reclone").serve();
            Pair.assertFollows(pair.two(), pair.one());
            assertThat(Pair.replaced(pair.two())).hasSize(1);
            assertThat(healed.stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
        }
    }

    @Test
    void a_replica_whose_slot_is_lost_gets_a_new_one_and_is_healed_by_a_clone() throws IOException {
        try (Pair pair = Pair.create()) {
            pair.one()
                    .with("POSTGRES_CONF_wal_keep_size", "0")
                    .with("POSTGRES_CONF_max_wal_size", "32MB")
                    .with("POSTGRES_CONF_min_wal_size", "32MB");
            pair.two().with("REPLICATION_SLOT", "auto");
            Run[] runs = pair.serve();
            assertThat(runs[1].stop().code()).isZero();
            // Not before: the clone, too, holds WAL by a slot.
            pair.one().sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
            for (int i = 0; i < 6; i++) {
                Pair.dropWal(pair.one());
            }
            pair.one().sql("ALTER SYSTEM RESET max_slot_wal_keep_size");
            pair.one().sql("SELECT pg_reload_conf()");
            String lost = "SELECT wal_status FROM pg_replication_slots";
            assertThat(pair.one().ask(lost)).isEqualTo("lost");
            Run run = pair.two().serve();
            assertThat(run.said()).contains("was lost (max_slot_wal_keep_size), made anew");
            run.await("cannot go on replicating", 30);
            assertThat(run.stop().code()).isZero();
            Run healed = pair.two().with("REJOIN", "reclone").serve();
            Pair.assertFollows(pair.two(), pair.one());
            assertThat(healed.stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
        }
    }

    @Test
    void a_standby_follows_another_standby_that_lags_behind_it() throws IOException {
        try (Pair pair = Pair.create();
                ProcessNode third =
                        ProcessNode.replicaOf(pair.one().port).with("REPLICA_NAME", "third")) {
            Run[] runs = pair.serve();
            Run standby = third.serve();
            Pair.await(third, "SELECT count(*) FROM kept", "1000");
            assertThat(runs[1].stop().code()).isZero();
            pair.one().sql("INSERT INTO kept SELECT generate_series(1, 500)");
            Pair.await(third, "SELECT count(*) FROM kept", "1500");
            assertThat(standby.stop().code()).isZero();
            assertThat(runs[0].stop().code()).isZero();
            Run two = pair.two().serve();
            Run again = third.with("PRIMARY_PORT", String.valueOf(pair.two().port)).serve();
            assertThat(again.said()).contains("and may still catch up");
            Run one = pair.one().serve();
            Pair.assertFollows(third, pair.one());
            assertThat(again.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
            assertThat(one.stop().code()).isZero();
        }
    }

    @Test
    void a_former_primary_whose_wal_is_gone_is_refused_and_healed_by_a_clone() throws IOException {
        try (Pair pair = Pair.create()) {
            pair.two().with("POSTGRES_CONF_wal_keep_size", "0");
            Run[] runs = pair.serve();
            assertThat(runs[0].stop().code()).isZero();
            Pair.promote(pair.two());
            Pair.dropWal(pair.two());
            Pair.assertRefused(
                    pair.former().call("run"), "has already been removed", "REJOIN=reclone");
            Run run = pair.one().with("REJOIN", "reclone").serve();
            Pair.assertFollows(pair.one(), pair.two());
            assertThat(run.stop().code()).isZero();
            assertThat(runs[1].stop().code()).isZero();
        }
    }
}
