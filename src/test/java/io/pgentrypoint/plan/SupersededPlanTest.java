package io.pgentrypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeState.Superseded;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// After a failover both nodes start with the variables from before it.
class SupersededPlanTest {

    private static final Settings PRIMARY =
            Environments.parse(Environments.primary("PEER_HOSTS", "db2,db3"));
    private static final Settings ALONE = Environments.parse(Environments.primary());
    private static final Settings REPLICA =
            Environments.parse(Environments.replica("PEER_HOSTS", "db1,db2,db3"));

    /// How a volume on timeline 2 stands to a peer.
    private static final Ancestry SAME = new Ancestry.Follows(2, new Lsn(900));

    private static final Ancestry OLDER = new Ancestry.UpstreamBehind(2, 1);
    private static final Superseded SEEN = new Superseded(2, "db2:5432", Volumes.IDENTIFIER);

    private static UpstreamServer peer(int index) {
        return ((Mode.NativeReplica) REPLICA.mode()).peers().get(index);
    }

    private static Observed former() {
        return Volumes.holds(Volumes.primary(ManagedFiles.none()));
    }

    private static Observed remembering(DataDirectory volume, NodeState.Role role) {
        return Volumes.holds(volume).with(NodeState.of(role).supersededBy(Optional.of(SEEN)));
    }

    private static Observed formerRemembering() {
        return remembering(Volumes.primary(ManagedFiles.none()), NodeState.Role.PRIMARY);
    }

    private static Observed promoted() {
        return Volumes.with(Volumes.refuses(), Volumes.primaryOn(2))
                .with(
                        NodeState.of(NodeState.Role.REPLICA)
                                .promoted(
                                        NodeState.Role.PRIMARY,
                                        new NodeState.Promotion(
                                                1, 2, "0/3000148", "2026-11-23T08:00:00Z")));
    }

    private static Optional<NodeState> written(Plan plan) {
        return plan.beforeLaunch().stream()
                .map(Planned::step)
                .filter(Configure.RecordNodeState.class::isInstance)
                .map(step -> ((Configure.RecordNodeState) step).node())
                .findFirst();
    }

    private static void assertRefused(
            ExitCode code, String because, Settings asked, Observed seen) {
        assertThatThrownBy(
                        () -> {
                            Plan plan = Planner.plan(asked, seen);
                            if (plan.next() instanceof NextAction.Refuse(Refusal refusal)) {
                                throw refusal;
                            }
                        })
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.exitCode()).isEqualTo(code.code());
                            assertThat(refusal.reason()).contains(because);
                        });
    }

    @Test
    void a_start_that_is_refused_for_a_newer_timeline_writes_it_down_first() {
        for (Peer newer :
                List.of(
                        Peers.answering(peer(1), true, 2, Peers.DIVERGED),
                        Peers.answering(peer(1), false, 2, Peers.FOLLOWS),
                        Peers.withoutWal(peer(1)))) {
            Plan plan = Planner.plan(PRIMARY, former().asked(List.of(newer)));
            assertThat(plan.next())
                    .isInstanceOfSatisfying(
                            NextAction.Refuse.class,
                            refuse ->
                                    assertThat(refuse.refusal().exitCode())
                                            .isEqualTo(ExitCode.UNSAFE.code()));
            assertThat(plan.beforeLaunch()).hasSize(1);
            assertThat(written(plan).orElseThrow().superseded()).contains(SEEN);
            assertThat(written(plan).orElseThrow().role()).isEqualTo(NodeState.Role.PRIMARY);
        }
    }

    @Test
    void a_replica_that_was_a_primary_writes_down_what_it_sees_of_its_successor() {
        Observed diverged =
                Volumes.with(
                        Volumes.promoted(),
                        Volumes.primary(ManagedFiles.none()),
                        Volumes.diverged(List.of(), List.of()));
        Plan plan = Planner.plan(Environments.parse(Environments.replica()), diverged);
        assertThat(plan.next()).isInstanceOf(NextAction.Refuse.class);
        assertThat(written(plan).orElseThrow().superseded())
                .contains(new Superseded(2, "db1:5432", Volumes.IDENTIFIER));
        assertThat(written(plan).orElseThrow().role()).isEqualTo(NodeState.Role.PRIMARY);
    }

    @Test
    void what_was_seen_once_keeps_it_from_taking_writes_whoever_answers_now() {
        assertRefused(
                ExitCode.UNSAFE, "timeline 2 of this cluster on db2", ALONE, formerRemembering());
        assertRefused(
                ExitCode.UNSAFE,
                "timeline 2 of this cluster on db2",
                PRIMARY,
                formerRemembering().asked(List.of(Peers.silent(peer(1)), Peers.silent(peer(2)))));
        assertRefused(
                ExitCode.UNSAFE,
                "timeline 2 of this cluster on db2",
                PRIMARY,
                remembering(Volumes.standby(ManagedFiles.none()), NodeState.Role.REPLICA)
                        .asked(List.of(Peers.silent(peer(1)))));
    }

    @Test
    void a_consent_is_for_one_timeline_and_is_needed_once() {
        Settings other = Environments.parse(Environments.primary("OVERRULE_TIMELINE", "3"));
        assertRefused(ExitCode.UNSAFE, "timeline 2", other, formerRemembering());
        Settings consent = Environments.parse(Environments.primary("OVERRULE_TIMELINE", "2"));
        Plan plan = Planner.plan(consent, formerRemembering());
        assertThat(plan.next()).isInstanceOf(NextAction.Launch.class);
        assertThat(plan.warnings()).anyMatch(warning -> warning.contains("IS OVERRULED"));
        assertThat(written(plan).orElseThrow().superseded()).isEmpty();
    }

    @Test
    void it_is_over_when_the_volume_has_that_timeline_or_belongs_to_another_cluster() {
        Plan plan = Planner.plan(ALONE, remembering(Volumes.primaryOn(2), NodeState.Role.PRIMARY));
        assertThat(plan.next()).isInstanceOf(NextAction.Launch.class);
        assertThat(written(plan).orElseThrow().superseded()).isEmpty();
        Observed other =
                former().with(
                                NodeState.of(NodeState.Role.PRIMARY)
                                        .supersededBy(
                                                Optional.of(
                                                        new Superseded(
                                                                2,
                                                                "db2:5432",
                                                                Volumes.OTHER_IDENTIFIER))));
        assertThat(Planner.plan(ALONE, other).next()).isInstanceOf(NextAction.Launch.class);
    }

    @Test
    void it_is_over_when_the_node_follows_and_not_before() {
        Settings replica = Environments.parse(Environments.replica());
        NodeState record = NodeState.of(NodeState.Role.PRIMARY).supersededBy(Optional.of(SEEN));
        Observed followed =
                Volumes.with(
                                Volumes.promoted(),
                                Volumes.primary(ManagedFiles.none()),
                                Volumes.comparison(Volumes.follows()))
                        .with(record);
        assertThat(written(Planner.plan(replica, followed)).orElseThrow().superseded()).isEmpty();
        Observed down =
                Volumes.with(Volumes.refuses(), Volumes.standby(ManagedFiles.none())).with(record);
        assertThat(written(Planner.plan(replica, down)).orElseThrow().superseded()).contains(SEEN);
    }

    @Test
    void as_a_standalone_node_it_starts_with_a_warning_for_somebody_may_save_what_it_has() {
        Plan plan =
                Planner.plan(Environments.parse(Environments.standalone()), formerRemembering());
        assertThat(plan.next()).isInstanceOf(NextAction.Launch.class);
        assertThat(plan.warnings()).anyMatch(warning -> warning.contains("timeline 2"));
        assertThat(written(plan).orElseThrow().superseded()).contains(SEEN);
    }

    @Test
    void a_promoted_node_is_the_primary_whatever_its_environment_asks_for() {
        Plan plan =
                Planner.plan(
                        REPLICA,
                        promoted()
                                .asked(
                                        List.of(
                                                Peers.silent(peer(0)),
                                                new Peer.Itself(peer(1)),
                                                Peers.answering(peer(2), false, 2, SAME))));
        assertThat(plan.next()).isInstanceOf(NextAction.Launch.class);
        assertThat(plan.mode()).isEqualTo("native primary");
        assertThat(plan.warnings().getFirst())
                .contains("REPLICATION_ROLE=replica is from before")
                .contains("set REPLICATION_ROLE=primary");
    }

    @Test
    void a_promoted_node_stays_down_where_a_peer_knows_better_or_takes_writes() {
        assertRefused(
                ExitCode.UNSAFE,
                "is a primary of the same cluster already",
                REPLICA,
                promoted().asked(List.of(Peers.answering(peer(0), true, 1, OLDER))));
        assertRefused(
                ExitCode.UNSAFE,
                "which this node does not know",
                REPLICA,
                promoted().asked(List.of(Peers.answering(peer(2), false, 3, Peers.DIVERGED))));
        assertRefused(
                ExitCode.UNSAFE,
                "it was promoted to timeline 2",
                REPLICA,
                promoted().asked(List.of(Peers.answering(peer(2), true, 3, Peers.FOLLOWS))));
        assertRefused(
                ExitCode.UNAVAILABLE,
                "cannot know whether the peer",
                REPLICA,
                promoted().asked(List.of(Peers.unclear(peer(0)))));
    }

    @Test
    void without_peers_a_promoted_node_goes_by_its_old_primary() {
        Settings replica = Environments.parse(Environments.replica());
        assertThat(Planner.plan(replica, promoted().asked(List.of(Peers.silent(peer(0))))).mode())
                .isEqualTo("native primary");
        assertRefused(
                ExitCode.UNSAFE,
                "it was promoted to timeline 2",
                replica,
                promoted().asked(List.of(Peers.answering(peer(0), true, 1, OLDER))));
        assertRefused(
                ExitCode.UNAVAILABLE,
                "cannot know whether the peer",
                replica,
                promoted().asked(List.of(Peers.unclear(peer(0)))));
    }
}
