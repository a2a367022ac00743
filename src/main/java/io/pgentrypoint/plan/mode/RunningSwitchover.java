package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.PrimaryState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.wal.Lsn;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private final PrimaryState here;
    private final String systemIdentifier;
    private final Optional<Peer.Answering> elsewhere;

    /// @param elsewhere the primary, where this node is a standby
    private RunningSwitchover(
            Mode.NativeAuto auto,
            Observed observed,
            PrimaryState here,
            String systemIdentifier,
            Optional<Peer.Answering> elsewhere) {
        this.auto = auto;
        this.observed = observed;
        this.here = here;
        this.systemIdentifier = systemIdentifier;
        this.elsewhere = elsewhere;
    }

    /// A node that may take over, as it says itself.
    private record Standby(
            UpstreamServer server, String words, String cluster, int timeline, Lsn position) {}

    /// Decides.
    ///
    /// @param observed with the answer of each node of the list
    /// @param here where the server of this node stands
    /// @param wanted the node that is to take over, as the user names it; absent: the one that has
    ///   most
    /// @throws io.pgentrypoint.report.Refusal when nothing may be done
    public static HandOverPlan plan(
            Settings asked, Observed observed, PrimaryState here, Optional<String> wanted) {
        RunningSwitchover switchover = of(asked, observed, here);
        switchover.elsewhere.ifPresent(primary -> {
            throw SwitchoverRefusals.onPrimary(
                    primary.server().address(), command(wanted.stream()));
        });
        return switchover.plan(asked, wanted);
    }

    /// The same, to be read: on a standby, what its primary would do.
    public static HandOverPlan preview(
            Settings asked, Observed observed, PrimaryState here, Optional<String> wanted) {
        return of(asked, observed, here).plan(asked, wanted);
    }

    private static RunningSwitchover of(Settings asked, Observed observed, PrimaryState here) {
        if (!(asked.mode() instanceof Mode.NativeAuto auto)) {
            throw SwitchoverRefusals.otherMode(asked.title());
        }
        if (!(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            throw SwitchoverRefusals.noPrimary();
        }
        List<Peer.Answering> others =
                answering(observed.peers()).filter(Peer.Answering::takesWrites).toList();
        if (here.takesWrites() && !others.isEmpty()) {
            throw SwitchoverRefusals.otherPrimary(names(others));
        }
        if (!here.takesWrites() && others.isEmpty()) {
            throw SwitchoverRefusals.noPrimary();
        }
        if (others.size() > 1) {
            throw SwitchoverRefusals.twoPrimaries(names(others));
        }
        return new RunningSwitchover(
                auto,
                observed,
                here,
                cluster.control().systemIdentifier(),
                others.stream().findFirst());
    }

    private static Stream<Peer.Answering> answering(List<Peer> peers) {
        return peers.stream()
                .filter(Peer.Answering.class::isInstance)
                .map(Peer.Answering.class::cast);
    }

    private static List<String> names(List<Peer.Answering> peers) {
        return peers.stream().map(peer -> peer.server().address().toString()).toList();
    }

    private static String command(Stream<String> words) {
        return Stream.concat(Stream.of("entrypoint switchover"), words)
                .collect(Collectors.joining(" "));
    }

    private HandOverPlan plan(Settings settings, Optional<String> wanted) {
        Standby successor = wanted.map(this::named).orElseGet(this::furthest);
        require(successor);
        if (elsewhere.isEmpty()) {
            requireStream(successor.server());
        }
        return new HandOverPlan(
                successor.server(),
                "%s is the primary on timeline %d at %s, and %s is %s behind"
                        .formatted(
                                elsewhere
                                        .map(primary -> primary.server().address().toString())
                                        .orElse("this node"),
                                timeline(),
                                position(),
                                successor.server().address(),
                                Measures.bytes(behind(successor))),
                warnings(successor.server()),
                steps(successor.server(), new Layout(settings.dataDirectory())));
    }

    private int timeline() {
        return elsewhere
                .map(primary -> primary.timelines().history().timeline())
                .orElse(here.timeline());
    }

    private Lsn position() {
        return elsewhere.map(primary -> primary.timelines().position()).orElse(here.position());
    }

    /// By address, by host, or by the first label of it.
    private Standby named(String wanted) {
        List<Peer> found =
                observed.peers().stream().filter(peer -> isNamed(peer.server(), wanted)).toList();
        if (found.size() != 1) {
            throw SwitchoverRefusals.unknownNode(
                    wanted,
                    auto.nodes().servers().stream()
                            .map(server -> server.address().toString())
                            .toList());
        }
        Peer peer = found.getFirst();
        boolean primary =
                switch (peer) {
                    case Peer.Itself _ -> here.takesWrites();
                    case Peer.Answering answering -> answering.takesWrites();
                    case Peer.Silent _, Peer.Unclear _, Peer.Waiting _ -> false;
                };
        if (primary) {
            throw SwitchoverRefusals.itself(wanted);
        }
        return standby(peer).orElseThrow(() -> SwitchoverRefusals.noStandby(peer));
    }

    private static boolean isNamed(UpstreamServer server, String wanted) {
        String host = server.address().host();
        return wanted.equals(server.address().toString())
                || wanted.equals(host)
                || host.startsWith(wanted + ".");
    }

    private Optional<Standby> standby(Peer peer) {
        return switch (peer) {
            case Peer.Itself(var server) ->
                    here.takesWrites()
                            ? Optional.empty()
                            : Optional.of(
                                    new Standby(
                                            server,
                                            "%s is a standby on timeline %d"
                                                    .formatted(server.address(), here.timeline()),
                                            systemIdentifier,
                                            here.timeline(),
                                            here.position()));
            case Peer.Answering answering ->
                    answering.takesWrites()
                            ? Optional.empty()
                            : Optional.of(
                                    new Standby(
                                            answering.server(),
                                            answering.describe(),
                                            answering.timelines().systemIdentifier(),
                                            answering.timelines().history().timeline(),
                                            answering.timelines().position()));
            case Peer.Silent _, Peer.Unclear _, Peer.Waiting _ -> Optional.empty();
        };
    }

    private Standby furthest() {
        return observed.peers().stream()
                .map(this::standby)
                .flatMap(Optional::stream)
                .filter(each -> each.cluster().equals(systemIdentifier))
                .max(Comparator.comparing(Standby::position))
                .orElseThrow(() ->
                        SwitchoverRefusals.nobody(
                                observed.peers().stream()
                                        .filter(peer -> !(peer instanceof Peer.Itself))
                                        .map(Peer::describe)
                                        .toList()));
    }

    private void require(Standby successor) {
        if (!successor.cluster().equals(systemIdentifier) || successor.timeline() != timeline()) {
            throw SwitchoverRefusals.otherHistory(successor.words(), timeline());
        }
        if (behind(successor) > MOST_BEHIND) {
            throw SwitchoverRefusals.farBehind(
                    successor.server().address(), behind(successor), MOST_BEHIND);
        }
    }

    /// And nothing that the shutdown would wait for or end.
    private void requireStream(UpstreamServer successor) {
        if (here.receivers().stream().noneMatch(each -> each.state().equals("streaming"))) {
            throw SwitchoverRefusals.nobodyStreams(successor.address());
        }
        for (PrimaryState.Receiver receiver : here.receivers()) {
            if (receiver.state().equals("backup")) {
                throw SwitchoverRefusals.backup(receiver.name());
            }
            if (receiver.silentSeconds() > LONGEST_SILENCE) {
                throw SwitchoverRefusals.silentReceiver(receiver.name(), receiver.silentSeconds());
            }
        }
    }

    private long behind(Standby successor) {
        return Math.max(0, position().minus(successor.position()));
    }

    private List<String> warnings(UpstreamServer successor) {
        List<String> warnings = new ArrayList<>();
        elsewhere.ifPresent(primary ->
                warnings.add(
                        """
                        this is the plan of %s: run %s there; it also checks what only that \
                        node sees, for example a base backup\
                        """
                                .formatted(
                                        primary.server().address(),
                                        command(Stream.of(successor.address().toString())))));
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
