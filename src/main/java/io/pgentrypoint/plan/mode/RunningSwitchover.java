package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.PrimaryState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.plan.step.HandOver;
import io.pgentrypoint.plan.step.HandOverPlan;
import io.pgentrypoint.plan.step.PlannedHandOver;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What `switchover` does to a primary that runs: which standby takes its place, and whether
/// anything is in the way. Everything is looked at before the server is stopped, since from then on
/// nobody writes.
public final class RunningSwitchover {

    /// A segment of WAL.
    static final long MOST_BEHIND = 16L << 20;

    /// Three times as long as a standby may take from one reply to the next
    /// (wal_receiver_status_interval).
    private static final double LONGEST_SILENCE = 30;

    private static final Duration READY = Duration.ofSeconds(15);
    private static final Duration STOPPED = Duration.ofSeconds(30);
    private static final Duration REPLAYED = Duration.ofSeconds(15);
    private static final Duration STREAMS = Duration.ofMinutes(2);

    private final Mode.NativeAuto auto;
    private final Observed observed;
    private final PrimaryState state;
    private final String systemIdentifier;

    private RunningSwitchover(
            Mode.NativeAuto auto, Observed observed, PrimaryState state, String systemIdentifier) {
        this.auto = auto;
        this.observed = observed;
        this.state = state;
        this.systemIdentifier = systemIdentifier;
    }

    /// Decides.
    ///
    /// @param observed with the answer of each node of the list
    /// @param wanted the node that is to take over, as the user names it; absent: the one that has
    ///   most
    /// @throws io.pgentrypoint.report.Refusal when nothing may be done
    public static HandOverPlan plan(
            Settings asked, Observed observed, PrimaryState state, Optional<String> wanted) {
        if (!(asked.mode() instanceof Mode.NativeAuto auto)) {
            throw SwitchoverRefusals.otherMode(asked.title());
        }
        if (!(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)
                || !state.takesWrites()) {
            throw SwitchoverRefusals.noPrimary(primaries(observed.peers()));
        }
        return new RunningSwitchover(auto, observed, state, cluster.control().systemIdentifier())
                .plan(asked, wanted);
    }

    private static List<String> primaries(List<Peer> peers) {
        return peers.stream()
                .filter(peer -> peer instanceof Peer.Answering answering && answering.takesWrites())
                .map(peer -> peer.server().address().toString())
                .toList();
    }

    private HandOverPlan plan(Settings settings, Optional<String> wanted) {
        List<String> others = primaries(observed.peers());
        if (!others.isEmpty()) {
            throw SwitchoverRefusals.otherPrimary(others);
        }
        Peer.Answering successor = wanted.map(this::named).orElseGet(this::furthest);
        require(successor);
        for (PrimaryState.Receiver receiver : state.receivers()) {
            if (receiver.state().equals("backup")) {
                throw SwitchoverRefusals.backup(receiver.name());
            }
            if (receiver.silentSeconds() > LONGEST_SILENCE) {
                throw SwitchoverRefusals.silentReceiver(receiver.name(), receiver.silentSeconds());
            }
        }
        return new HandOverPlan(
                successor.server(),
                "this node is the primary on timeline %d at %s, and %s is %s behind"
                        .formatted(
                                state.timeline(),
                                state.position(),
                                successor.server().address(),
                                Measures.bytes(behind(successor))),
                warnings(),
                steps(successor.server(), new Layout(settings.dataDirectory())));
    }

    /// By address, by host, or by the first label of it.
    private Peer.Answering named(String wanted) {
        List<Peer> found =
                observed.peers().stream().filter(peer -> isNamed(peer.server(), wanted)).toList();
        if (found.size() != 1) {
            throw SwitchoverRefusals.unknownNode(
                    wanted,
                    auto.nodes().servers().stream()
                            .map(server -> server.address().toString())
                            .toList());
        }
        return switch (found.getFirst()) {
            case Peer.Answering answering -> answering;
            case Peer.Itself _ -> throw SwitchoverRefusals.itself(wanted);
            case Peer.Silent other -> throw SwitchoverRefusals.noStandby(other);
            case Peer.Unclear other -> throw SwitchoverRefusals.noStandby(other);
            case Peer.Waiting other -> throw SwitchoverRefusals.noStandby(other);
        };
    }

    private static boolean isNamed(UpstreamServer server, String wanted) {
        String host = server.address().host();
        return wanted.equals(server.address().toString())
                || wanted.equals(host)
                || host.startsWith(wanted + ".");
    }

    private Peer.Answering furthest() {
        return observed.peers().stream()
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast)
                .filter(peer -> peer.timelines().systemIdentifier().equals(systemIdentifier))
                .max(Comparator.comparing(peer -> peer.timelines().position()))
                .orElseThrow(() ->
                        SwitchoverRefusals.nobody(
                                observed.peers().stream()
                                        .filter(peer -> !(peer instanceof Peer.Itself))
                                        .map(Peer::describe)
                                        .toList()));
    }

    private void require(Peer.Answering successor) {
        int timeline = successor.timelines().history().timeline();
        if (!successor.timelines().systemIdentifier().equals(systemIdentifier)
                || timeline != state.timeline()) {
            throw SwitchoverRefusals.otherHistory(successor, state.timeline());
        }
        if (state.receivers().stream().noneMatch(each -> each.state().equals("streaming"))) {
            throw SwitchoverRefusals.nobodyStreams(successor.server().address());
        }
        if (behind(successor) > MOST_BEHIND) {
            throw SwitchoverRefusals.farBehind(
                    successor.server().address(), behind(successor), MOST_BEHIND);
        }
    }

    private long behind(Peer.Answering successor) {
        return Math.max(0, state.position().minus(successor.timelines().position()));
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (Peer peer : observed.peers()) {
            if (peer instanceof Peer.Silent(var server, _)) {
                warnings.add(
                        "%s is silent: it follows the new primary once it is back"
                                .formatted(server.address()));
            }
        }
        return warnings;
    }

    private List<PlannedHandOver> steps(UpstreamServer successor, Layout layout) {
        NodeState before = observed.node().orElseGet(() -> NodeState.of(NodeState.Role.PRIMARY));
        return List.of(
                new PlannedHandOver(
                        new HandOver.MakeCheckpoint(),
                        "the one of the shutdown, for which nobody writes, is short then"),
                new PlannedHandOver(
                        new HandOver.TellSuccessor(successor, READY),
                        "a standby that does not answer is found before anything is stopped"),
                new PlannedHandOver(
                        new HandOver.StopServer(STOPPED),
                        "its last record is a checkpoint that every standby gets; nobody writes from here on"),
                new PlannedHandOver(
                        new HandOver.AllowSuccessor(successor, layout, before, REPLAYED),
                        "it has every row then; otherwise this node takes writes again"),
                new PlannedHandOver(
                        new HandOver.FollowSuccessor(successor, STREAMS),
                        "the new history contains all of this one, so no rewind and no clone is needed"));
    }
}
