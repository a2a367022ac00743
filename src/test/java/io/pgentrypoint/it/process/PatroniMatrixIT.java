package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Etcd;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Volumes through every pair of modes of which one is Patroni's. Each stage writes a row where it
/// can, and every volume is asked for all of them. Pairs without Patroni: [ModeMatrixIT].
class PatroniMatrixIT {

    private static final String ROWS =
            "SELECT coalesce(string_agg(stage, ' ' ORDER BY stage), '') FROM stages";
    private static final String QUICK =
            "{bootstrap: {dcs: {ttl: 20, loop_wait: 1, retry_timeout: 3}}}";
    private static final List<String> OF_OTHERS =
            List.of(
                    "USE_PATRONI",
                    "PATRONI_SCOPE",
                    "PATRONI_NAME",
                    "PATRONI_ETCD3_HOSTS",
                    "PATRONI_RESTAPI_LISTEN",
                    "PATRONI_CONFIGURATION",
                    "HA_MODE",
                    "REPLICATION_ROLE",
                    "REPLICATION_PASSWORD",
                    "REPLICATION_REQUIRE_AUTH",
                    "REPLICA_NAME",
                    "PRIMARY_HOST",
                    "PRIMARY_PORT",
                    "REJOIN");

    private enum Place {
        STANDALONE,
        PRIMARY,
        REPLICA,
        LEADER,
        MEMBER
    }

    /// A volume, where it was last, and how it runs.
    private final class Volume implements AutoCloseable {

        private final String name;
        private final ProcessNode node;
        private final int etcd;
        private Place place = Place.STANDALONE;
        private boolean used;
        private Run run;

        Volume(String name, Etcd etcd) throws IOException {
            this.name = name;
            this.etcd = etcd.port;
            node =
                    ProcessNode.standalone()
                            // What a rewind reads must not be gone.
                            .with("POSTGRES_CONF_wal_keep_size", "256MB");
            run = Run.start(List.of("/bin/true"), Map.of());
        }

        /// As another environment on the same volume.
        private void ask(Place wanted, Volume upstream) throws IOException {
            OF_OTHERS.forEach(node::without);
            switch (wanted) {
                case STANDALONE -> {}
                case PRIMARY ->
                        node.with("HA_MODE", "native")
                                .with("REPLICATION_ROLE", "primary")
                                .with("REPLICATION_PASSWORD", "ascii only");
                case REPLICA ->
                        node.with("HA_MODE", "native")
                                .with("REPLICATION_ROLE", "replica")
                                .with("REPLICATION_PASSWORD", "ascii only")
                                // initdb's own rules let everybody in from the loopback addresses.
                                .with("REPLICATION_REQUIRE_AUTH", "scram-sha-256,none")
                                .with("REPLICA_NAME", name)
                                .with("PRIMARY_HOST", "127.0.0.1")
                                .with("PRIMARY_PORT", String.valueOf(upstream.node.port));
                case LEADER, MEMBER ->
                        node.withPatroni(name, etcd)
                                .with("PATRONI_SCOPE", scope)
                                .with("REPLICATION_PASSWORD", "ascii only")
                                .with("PATRONI_CONFIGURATION", QUICK);
            }
        }

        private void serve(Place wanted) {
            run = node.serve();
            arrive(wanted);
        }

        private void arrive(Place wanted) {
            await(wanted == Place.MEMBER || wanted == Place.REPLICA ? "t" : "f");
            if (used) {
                walked.add(place + " to " + wanted);
            }
            used = true;
            place = wanted;
        }

        private void await(String standby) {
            PatroniSwitchIT.await(() -> answer("SELECT pg_is_in_recovery()").equals(standby), run);
        }

        private String answer(String query) {
            try {
                return node.ask(query);
            } catch (AssertionError e) {
                return "";
            }
        }

        /// For a mode without an upstream.
        Volume enter(Place wanted) throws IOException {
            return enter(wanted, this);
        }

        Volume enter(Place wanted, Volume upstream) throws IOException {
            ask(wanted, upstream);
            serve(wanted);
            return this;
        }

        void refused(Place wanted, Volume upstream, String why) throws IOException {
            ask(wanted, upstream);
            Run.Ended ended = node.call();
            assertThat(ended.code()).as(ended.stderr()).isEqualTo(76);
            assertThat(ended.stderr()).contains(why);
            walked.add(place + " to " + wanted);
        }

        /// With a new row, and all that were before.
        void writes() {
            String stage = String.valueOf((char) ('a' + stages.size()));
            node.sql("INSERT INTO stages VALUES ('" + stage + "')");
            stages.add(stage);
            has();
        }

        void has() {
            String wanted = String.join(" ", stages);
            PatroniSwitchIT.await(() -> answer(ROWS).equals(wanted), run);
        }

        void stop() {
            Run.Ended ended = run.stop();
            assertThat(ended.code()).as(ended.stderr()).isZero();
        }

        @Override
        public void close() throws IOException {
            node.close();
        }
    }

    private final List<String> stages = new ArrayList<>();
    private final Set<String> walked = new TreeSet<>();
    private String scope = "one";

    @Test
    void no_volume_loses_a_row_on_its_way_to_patroni_within_it_and_home() throws IOException {
        try (Etcd etcd = Etcd.start();
                Volume a = new Volume("a", etcd);
                Volume b = new Volume("b", etcd);
                Volume c = new Volume("c", etcd)) {
            a.enter(Place.STANDALONE);
            a.node.sql("CREATE TABLE stages (stage text)");
            a.writes();
            a.stop();
            a.enter(Place.LEADER).writes();
            assertThat(a.run.said()).doesNotContain("role \"replicator\" does not exist");
            b.enter(Place.MEMBER).has();
            c.enter(Place.MEMBER).has();

            aForkIsKeptAndNeverRewound(a, b, c);

            switchover(a, b);
            a.has();

            // Home, the leader as a standalone server first, which nobody has to know of.
            a.stop();
            b.stop();
            b.enter(Place.STANDALONE).writes();
            b.stop();
            b.enter(Place.PRIMARY).writes();
            a.enter(Place.REPLICA, b).has();

            // A whole native cluster, the replica's volume first: it waits for the primary's.
            scope = "two";
            a.stop();
            b.writes();
            b.stop();
            a.enter(Place.MEMBER);
            a.run.await("not allowed to promote", 30);
            b.enter(Place.LEADER).writes();
            a.run.await("From now on this member may lead too", 60);
            a.has();
            walked.add("REPLICA to LEADER");
            switchover(b, a);
            // What is left to the member that leads is done by the one that leads later, too.
            a.run.await("Replication role replicator: nothing to change", 60);
            b.has();

            // Home in the wrong order, the standby as the new primary: the old leader's volume has
            // the end of its own life beyond, and follows only when someone agrees to lose that.
            b.stop();
            a.stop();
            b.enter(Place.PRIMARY).writes();
            a.refused(Place.REPLICA, b, "diverged");
            a.node.with("REJOIN", "rewind");
            a.serve(Place.REPLICA);
            a.has();
            a.stop();

            // And with its own rows as a member of the primary's cluster.
            scope = "three";
            b.stop();
            b.enter(Place.LEADER).writes();
            a.enter(Place.MEMBER).has();
            a.stop();
            b.stop();
            b.enter(Place.PRIMARY).writes();
            a.enter(Place.REPLICA, b).has();
            assertEveryPair();
        }
    }

    /// A member that went alone has what its cluster has not, and the reverse.
    private void aForkIsKeptAndNeverRewound(Volume a, Volume b, Volume c) throws IOException {
        c.stop();
        c.enter(Place.STANDALONE);
        c.node.sql("INSERT INTO stages VALUES ('alone')");
        c.stop();
        c.refused(Place.MEMBER, c, "cannot join one");
        c.enter(Place.PRIMARY);
        assertThat(c.node.ask(ROWS)).isEqualTo("a alone b");
        c.stop();
        c.refused(Place.MEMBER, c, "cannot join one");
        a.writes();
        b.has();
    }

    private void switchover(Volume from, Volume to) {
        Patronictl.switchover(from.node, scope, to.name);
        to.arrive(Place.LEADER);
        from.arrive(Place.MEMBER);
        to.writes();
    }

    private void assertEveryPair() {
        Set<String> pairs = new TreeSet<>();
        for (Place from : Place.values()) {
            for (Place to : Place.values()) {
                if (from != to && (isPatronis(from) || isPatronis(to))) {
                    pairs.add(from + " to " + to);
                }
            }
        }
        assertThat(walked).containsAll(pairs);
        assertThat(pairs).hasSize(14);
    }

    private static boolean isPatronis(Place place) {
        return place == Place.LEADER || place == Place.MEMBER;
    }
}
