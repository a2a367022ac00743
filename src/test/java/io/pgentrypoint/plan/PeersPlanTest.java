package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.plan.step.Relocate;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the peers' answers make of a start as a primary.
class PeersPlanTest {

    private static final Settings SETTINGS =
            parse(Environments.primary("POSTGRES_PASSWORD", "x", "PEER_HOSTS", "db2,db3"));
    private static final Ancestry FOLLOWS = Peers.FOLLOWS;
    private static final Ancestry DIVERGED = Peers.DIVERGED;

    private static UpstreamServer under(int peer) {
        return ((Mode.NativePrimary) SETTINGS.mode()).asked().get(peer);
    }

    private static Peer answering(int peer, boolean takesWrites, int timeline, Ancestry ancestry) {
        return Peers.answering(under(peer), takesWrites, timeline, ancestry);
    }

    private static Peer silent(int peer) {
        return Peers.silent(under(peer));
    }

    private static Plan plan(Observed volume, Peer... peers) {
        return unlessRefused(Planner.plan(SETTINGS, volume.asked(List.of(peers))));
    }

    /// What was seen is written down before some refusals.
    private static Plan unlessRefused(Plan plan) {
        if (plan.next() instanceof NextAction.Refuse(Refusal refusal)) {
            throw refusal;
        }
        return plan;
    }

    private static Observed primary() {
        return Volumes.holds(Volumes.primary(ManagedFiles.none()));
    }

    private static Observed standby() {
        return Volumes.holds(Volumes.standby(ManagedFiles.none()));
    }

    private static void refused(ExitCode code, String because, Observed volume, Peer... peers) {
        assertThatThrownBy(() -> plan(volume, peers))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.exitCode()).isEqualTo(code.code());
                            assertThat(refusal.reason()).contains(because);
                        });
    }

    private static boolean follows(Plan plan) {
        return plan.beforeLaunch().stream()
                .anyMatch(planned -> planned.step() instanceof Configure.WritePassFile);
    }

    @Test
    void a_former_primary_follows_the_one_that_took_over_and_writes_that_down_first() {
        Plan plan = plan(primary(), answering(0, true, 2, FOLLOWS), silent(1));
        assertThat(plan.mode()).isEqualTo("native primary, as a standby of db2:5432");
        assertThat(plan.beforeLaunch().getFirst().step())
                .isInstanceOfSatisfying(
                        Configure.RecordNodeState.class,
                        step -> assertThat(step.node().peer()).contains("db2:5432"));
        assertThat(plan.beforeLaunch().get(1).step()).isInstanceOf(Follow.MarkStandby.class);
        assertThat(plan.warnings().getFirst()).contains("db2:5432 is the primary");
        assertThat(plan.onceReady())
                .noneMatch(planned -> planned.step() instanceof Live.EnsureReplicationRole);
    }

    @Test
    void it_does_not_follow_where_that_would_lose_commits() {
        refused(
                ExitCode.UNSAFE,
                "200 bytes of WAL since 0/1F4",
                primary(),
                answering(0, true, 2, DIVERGED));
        refused(
                ExitCode.UNSAFE,
                "timeline 3, and the peer still on timeline 2",
                primary(),
                answering(0, true, 2, new Ancestry.UpstreamBehind(3, 2)));
        refused(
                ExitCode.UNSAFE,
                "nobody can tell",
                primary(),
                answering(0, true, 2, new Ancestry.Unknown("nobody can tell", false)));
    }

    @Test
    void two_primaries_of_one_cluster_are_for_a_person_to_sort_out() {
        refused(
                ExitCode.UNSAFE,
                "db2:5432 and db3:5432 both take writes",
                primary(),
                answering(0, true, 2, FOLLOWS),
                answering(1, true, 2, FOLLOWS));
    }

    @Test
    void a_standby_on_a_newer_timeline_tells_of_a_promotion_that_nobody_else_does() {
        refused(
                ExitCode.UNSAFE,
                "another node was promoted meanwhile",
                primary(),
                answering(0, false, 2, FOLLOWS),
                silent(1));
        Plan plan = plan(primary(), answering(0, false, 1, FOLLOWS), silent(1));
        assertThat(plan.mode()).isEqualTo("native primary");
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .contains("db3:5432", "two primaries now");
    }

    @Test
    void a_standby_is_promoted_only_when_no_peer_is_a_primary_or_knows_more() {
        refused(ExitCode.UNSAFE, "takes writes", standby(), answering(0, true, 1, FOLLOWS));
        refused(
                ExitCode.UNSAFE,
                "400 bytes of WAL more",
                standby(),
                answering(0, false, 1, FOLLOWS));
        for (Ancestry newer : List.of(FOLLOWS, Peers.DIVERGED)) {
            refused(
                    ExitCode.UNSAFE,
                    "another node was promoted meanwhile",
                    standby(),
                    answering(0, false, 2, newer));
        }
        Plan plan = plan(standby(), silent(0), silent(1));
        assertThat(plan.beforeLaunch())
                .anyMatch(planned -> planned.step() instanceof Promote.PromoteStandby);
    }

    @Test
    void a_node_that_followed_a_peer_goes_on_following_it_though_it_is_down() {
        Observed volume =
                standby()
                        .with(
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica(Environments.HOST_NAME, Optional.empty())
                                        .under("db3:5432"));
        Plan plan = plan(volume, silent(0), silent(1));
        assertThat(plan.mode()).isEqualTo("native primary, as a standby of db3:5432");
        assertThat(follows(plan)).isTrue();
        assertThat(plan.beforeLaunch())
                .noneMatch(planned -> planned.step() instanceof Configure.RecordNodeState);

        Plan moved = plan(volume, answering(0, true, 2, FOLLOWS), silent(1));
        assertThat(moved.mode()).isEqualTo("native primary, as a standby of db2:5432");
    }

    @Test
    void what_is_parted_from_a_followed_peer_is_kept_whatever_rejoin_says() {
        for (String rejoin : List.of("refuse", "rewind", "reclone")) {
            Settings settings =
                    parse(
                            Environments.primary(
                                    "POSTGRES_PASSWORD",
                                    "x",
                                    "PEER_HOSTS",
                                    "db2",
                                    "REJOIN",
                                    rejoin));
            Observed volume =
                    standby()
                            .with(
                                    NodeState.of(NodeState.Role.REPLICA)
                                            .replica(Environments.HOST_NAME, Optional.empty())
                                            .under("db2:5432"));
            for (Ancestry parted : List.of(DIVERGED, new Ancestry.Unknown("no history", false))) {
                Observed asked = volume.asked(List.of(answering(0, true, 2, parted)));
                assertThatThrownBy(() -> unlessRefused(Planner.plan(settings, asked)))
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> {
                                    assertThat(refusal.exitCode())
                                            .isEqualTo(ExitCode.UNSAFE.code());
                                    assertThat(refusal.remedy())
                                            .contains("REPLICATION_ROLE=replica");
                                });
            }
            Ancestry unknown = new Ancestry.Unknown("no history", true);
            assertThat(
                            Planner.plan(
                                            settings,
                                            volume.asked(List.of(answering(0, true, 2, unknown))))
                                    .mode())
                    .isEqualTo("native primary, as a standby of db2:5432");
        }
    }

    @Test
    void a_former_primary_whose_next_wal_the_peer_has_removed_is_refused_with_the_way_back() {
        assertThatThrownBy(() -> plan(primary(), Peers.withoutWal(under(0)), silent(1)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.exitCode()).isEqualTo(ExitCode.UNSAFE.code());
                            assertThat(refusal.reason())
                                    .contains("000000020000000000000003 has already been removed");
                            assertThat(refusal.remedy())
                                    .contains("REPLICATION_ROLE=replica PRIMARY_HOST=db2")
                                    .contains("REJOIN=reclone")
                                    .doesNotContain("rewind");
                        });
    }

    @Test
    void a_standby_of_a_peer_that_has_removed_its_next_wal_serves_what_it_has_and_says_so() {
        Observed volume =
                standby()
                        .with(
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica(Environments.HOST_NAME, Optional.empty())
                                        .under("db2:5432"));
        Plan plan = plan(volume, Peers.withoutWal(under(0)), silent(1));
        assertThat(plan.mode()).isEqualTo("native primary, as a standby of db2:5432");
        assertThat(plan.next()).isInstanceOf(NextAction.Launch.class);
        assertThat(plan.warnings())
                .filteredOn(warning -> warning.contains("has already been removed"))
                .singleElement()
                .asString()
                .contains("falls behind", "REPLICATION_ROLE=replica", "REJOIN=reclone");
    }

    @Test
    void what_was_on_its_way_out_is_put_back_before_anybody_calls_the_volume_empty() {
        Journal withdrawing =
                new Journal(
                        Journal.OnRestart.ROLL_BACK,
                        Relocation.of(Relocation.Purpose.REWIND, "staging"));
        Observed volume = Volumes.holds(new DataDirectory.Interrupted(withdrawing));
        assertThat(plan(volume, answering(0, true, 2, FOLLOWS)).beforeLaunch())
                .singleElement()
                .satisfies(
                        planned -> assertThat(planned.step()).isInstanceOf(Relocate.PutBack.class));
        refused(
                ExitCode.UNSAFE,
                "an earlier rewind of it did not end",
                Volumes.holds(
                        new DataDirectory.Interrupted(withdrawing.on(Journal.OnRestart.REFUSE))),
                answering(0, true, 2, FOLLOWS));
    }

    @Test
    void one_that_was_about_to_follow_a_peer_does_not_take_writes_while_that_one_is_down() {
        Observed volume =
                primary()
                        .with(
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica(Environments.HOST_NAME, Optional.empty())
                                        .under("db3:5432"));
        refused(ExitCode.UNAVAILABLE, "saw the peer db3:5432 take writes", volume, silent(1));
    }

    @Test
    void no_cluster_is_made_beside_that_of_a_peer() {
        for (DataDirectory volume :
                List.of(
                        new DataDirectory.Missing(),
                        new DataDirectory.Empty(),
                        Volumes.building(Optional.empty()))) {
            refused(
                    ExitCode.UNSAFE,
                    "which is empty: the peer db2:5432 has one already",
                    Volumes.holds(volume),
                    answering(0, false, 1, FOLLOWS));
            assertThat(plan(Volumes.holds(volume), silent(0), new Peer.Itself(under(1))).mode())
                    .isEqualTo("native primary");
        }
    }

    @Test
    void a_peer_that_will_not_say_what_it_is_stops_every_start() {
        Peer unclear = Peers.unclear(under(0));
        for (Observed volume :
                List.of(primary(), standby(), Volumes.holds(new DataDirectory.Empty()))) {
            refused(ExitCode.UNAVAILABLE, "rejects the password", volume, unclear);
        }
    }

    @Test
    void a_peer_of_another_cluster_is_a_warning() {
        Peer other = Peers.ofAnotherCluster(under(0));
        assertThat(plan(primary(), other).warnings())
                .singleElement()
                .asString()
                .contains("belongs to another cluster");
    }
}
