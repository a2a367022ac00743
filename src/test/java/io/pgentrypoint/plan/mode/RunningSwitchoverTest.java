package io.pgentrypoint.plan.mode;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.Golden;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.PrimaryState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.plan.Peers;
import io.pgentrypoint.plan.Volumes;
import io.pgentrypoint.plan.step.HandOverPlan;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What `switchover` is told, and what it then does: one file a case. This node is `db1` and the
/// primary at 0/400, and a standby that answers is at 0/384.
class RunningSwitchoverTest {

    private static final Ancestry SAME = new Ancestry.Ahead(1, new Lsn(700), new Lsn(500));
    private static final PrimaryState.Receiver STREAMS =
            new PrimaryState.Receiver("db2", "streaming", 0.5);

    private static Settings node() {
        return parse(
                Environments.primary(
                        "REPLICATION_ROLE", "auto",
                        "CLUSTER_HOSTS", "db1,db2.net,db3",
                        "NODE_NAME", "db1",
                        "POSTGRES_PASSWORD", "superpass"));
    }

    private static UpstreamServer server(int number) {
        return ((Mode.NativeAuto) node().mode()).nodes().servers().get(number - 1);
    }

    private static PrimaryState state(PrimaryState.Receiver... receivers) {
        return new PrimaryState(true, 1, new Lsn(0x400), List.of(receivers));
    }

    private static Peer primary(int number) {
        return Peers.answering(server(number), true, 1, SAME);
    }

    private static Peer standby(int number) {
        return Peers.answering(server(number), false, 1, SAME);
    }

    /// Decides, or shows what would be decided.
    private interface Decision {
        HandOverPlan plan(
                Settings settings, Observed observed, PrimaryState state, Optional<String> wanted);
    }

    private static void check(
            String name, Optional<String> wanted, PrimaryState state, Peer... others) {
        check(name, node(), RunningSwitchover::plan, wanted, state, others);
    }

    private static void preview(
            String name, Optional<String> wanted, PrimaryState state, Peer... others) {
        check("preview/" + name, node(), RunningSwitchover::preview, wanted, state, others);
    }

    private static void check(
            String name,
            Settings settings,
            Decision decision,
            Optional<String> wanted,
            PrimaryState state,
            Peer... others) {
        List<Peer> peers = new ArrayList<>(List.of(others));
        peers.add(new Peer.Itself(server(1)));
        List<String> lines = new ArrayList<>();
        try {
            lines.addAll(
                    PlanText.lines(
                            decision.plan(
                                    settings,
                                    Volumes.holds(Volumes.primary(ManagedFiles.none()))
                                            .asked(peers),
                                    state,
                                    wanted)));
        } catch (Refusal refusal) {
            lines.add("refused with " + refusal.exitCode() + ": " + refusal.reason());
            lines.add("  " + refusal.remedy());
        }
        Golden.matches("switchover/" + name + ".txt", String.join("\n", lines) + "\n");
    }

    @Test
    void a_standby_that_streams_takes_over() {
        check("named", Optional.of("db2"), state(STREAMS), standby(2), Peers.silent(server(3)));
        check("not-named", Optional.empty(), state(STREAMS), Peers.silent(server(2)), standby(3));
    }

    @Test
    void a_node_that_is_no_standby_does_not() {
        Optional<String> db2 = Optional.of("db2");
        check("unknown", Optional.of("db9"), state(STREAMS), standby(2), standby(3));
        check("itself", Optional.of("db1"), state(STREAMS), standby(2), standby(3));
        check("silent", db2, state(STREAMS), Peers.silent(server(2)), standby(3));
        check("unclear", db2, state(STREAMS), Peers.unclear(server(2)), standby(3));
        check(
                "waiting",
                db2,
                state(STREAMS),
                new Peer.Waiting(server(2), new WaitingNode("00000000", Optional.empty())),
                standby(3));
        check("other-timeline", db2, state(STREAMS), Peers.answering(server(2), false, 2, SAME));
        check(
                "nobody",
                Optional.empty(),
                state(STREAMS),
                Peers.silent(server(2)),
                Peers.silent(server(3)));
    }

    @Test
    void what_would_hold_up_the_stop_is_found_first() {
        Optional<String> db2 = Optional.of("db2");
        check("nobody-streams", db2, state(), standby(2), standby(3));
        check(
                "far-behind",
                db2,
                new PrimaryState(true, 1, new Lsn(0x9000_0000L), List.of(STREAMS)),
                standby(2),
                standby(3));
        check(
                "base-backup",
                db2,
                state(STREAMS, new PrimaryState.Receiver("pg_basebackup", "backup", 0)),
                standby(2),
                standby(3));
        check(
                "silent-receiver",
                db2,
                state(STREAMS, new PrimaryState.Receiver("db3", "streaming", 45)),
                standby(2),
                standby(3));
    }

    /// This node is a standby at 0/380, and the others are at 0/384.
    @Test
    void a_standby_shows_what_the_primary_would_do_and_the_command_for_it() {
        PrimaryState behind = new PrimaryState(false, 1, new Lsn(0x380), List.of());
        preview("itself", Optional.of("db1"), behind, primary(2), standby(3));
        preview("furthest", Optional.empty(), behind, primary(2), standby(3));
        preview("only-itself", Optional.empty(), behind, primary(2), Peers.silent(server(3)));
        preview("primary", Optional.of("db2"), behind, primary(2), standby(3));
        preview("nobody-writes", Optional.of("db1"), behind, standby(2), standby(3));
        preview("two-primaries", Optional.of("db1"), behind, primary(2), primary(3));
        preview(
                "other-timeline",
                Optional.of("db1"),
                behind,
                Peers.answering(server(2), true, 2, SAME),
                standby(3));
    }

    @Test
    void only_the_one_primary_of_a_cluster_with_one_environment_hands_over() {
        PrimaryState recovers = new PrimaryState(false, 1, new Lsn(0), List.of());
        check("standby", Optional.empty(), recovers, Peers.answering(server(2), true, 1, SAME));
        check("standby-named", Optional.of("db1"), recovers, primary(2), standby(3));
        check("standby-of-two", Optional.empty(), recovers, primary(2), primary(3));
        check("no-primary", Optional.empty(), recovers, standby(2), standby(3));
        check(
                "two-primaries",
                Optional.empty(),
                state(STREAMS),
                Peers.answering(server(2), true, 2, SAME),
                standby(3));
        check(
                "other-mode",
                parse(Environments.primary()),
                RunningSwitchover::plan,
                Optional.empty(),
                state(STREAMS),
                standby(2));
    }
}
