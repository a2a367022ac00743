package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.StandbyState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.rule.PeerRule;
import io.pgentrypoint.plan.rule.Superseding;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.plan.text.ObservedSummary;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// What `promote` does to a replica that runs. Whether its primary still lives is a question that
/// no answer from here settles; but a primary that answers does live, and a second one beside it
/// makes two histories of one cluster.
public final class RunningPromotion {

    private final Mode.NativeReplica replica;
    private final Settings settings;
    private final Observed observed;
    private final StandbyState state;
    private final PeerRule peers;

    private RunningPromotion(
            Mode.NativeReplica replica, Settings settings, Observed observed, StandbyState state) {
        this.replica = replica;
        this.settings = settings;
        this.observed = observed;
        this.state = state;
        this.peers = new PeerRule(observed.peers(), settings.dataDirectory().toString());
    }

    /// Decides.
    ///
    /// @param evenIfPrimaryAnswers the consent to a second primary
    /// @param timeout for what was received to be replayed, and then for the promotion
    /// @throws Refusal when nothing may be done
    public static Plan plan(
            Settings asked,
            Observed observed,
            StandbyState state,
            boolean evenIfPrimaryAnswers,
            Duration timeout) {
        if (!(RecordedState.name(asked, observed).mode() instanceof Mode.NativeReplica replica)
                || !state.inRecovery()
                || !(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            throw Refusals.noReplica(
                    state.inRecovery() ? OptionalInt.empty() : OptionalInt.of(state.timeline()));
        }
        RunningPromotion promotion = new RunningPromotion(replica, asked, observed, state);
        List<Refusal> blockers = promotion.blockers(cluster);
        if (!evenIfPrimaryAnswers && !blockers.isEmpty()) {
            throw blockers.getFirst();
        }
        List<String> warnings = new ArrayList<>();
        blockers.forEach(refusal ->
                warnings.add("--even-if-primary-answers overrules this: " + refusal.reason()));
        if (!blockers.isEmpty()) {
            warnings.add(
                    """
                    logical subscriptions go on here as well: each row reaches one of the \
                    two nodes only, until ALTER SUBSCRIPTION … DISABLE on the other\
                    """);
        }
        warnings.addAll(promotion.peers.warnings(Optional.of(cluster)));
        return promotion.plan(
                cluster, warnings, timeout, state.held() ? Optional.empty() : state.received());
    }

    /// What a standby does that its primary has told to take over: nothing of the others stands
    /// against it, since the primary has stopped and gives its word that all of its WAL is here.
    ///
    /// @throws Refusal when it is no standby
    public static Plan successor(
            Settings asked, Observed observed, StandbyState state, Duration timeout) {
        if (!(RecordedState.name(asked, observed).mode() instanceof Mode.NativeReplica replica)
                || !state.inRecovery()
                || !(observed.dataDirectory() instanceof DataDirectory.Cluster cluster)) {
            throw Refusals.noReplica(
                    state.inRecovery() ? OptionalInt.empty() : OptionalInt.of(state.timeline()));
        }
        if (!state.streams() || state.held()) {
            throw Refusals.noSuccessor(replica.primary(), state);
        }
        return new RunningPromotion(replica, asked, observed, state)
                .plan(cluster, List.of(), timeout, Optional.empty());
    }

    /// How far it is behind, as far as it can know.
    public static List<String> comparison(Mode.NativeReplica replica, StandbyState state) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "timeline %s%s, replayed up to %s%s%s"
                        .formatted(
                                state.timeline(),
                                state.received()
                                        .map(position -> ", received up to " + position)
                                        .orElse(", nothing received since it was started"),
                                state.replayed().orElse("nothing"),
                                state.unreplayed() > 0
                                        ? ": " + Measures.bytes(state.unreplayed()) + " to replay"
                                        : ": nothing to replay",
                                state.held()
                                        ? "; replay is paused or delayed, which ends now"
                                        : ""));
        lines.add(
                replica.primary()
                        + state.announced()
                                .map(position ->
                                        " last told of %s%s"
                                                .formatted(
                                                        position,
                                                        state.silentSeconds()
                                                                .map(RunningPromotion::ago)
                                                                .orElse("")))
                                .orElse(
                                        """
                                        : no connection; what it wrote after the last \
                                        byte received cannot be known from here\
                                        """));
        return lines;
    }

    private static String ago(double seconds) {
        return String.format(Locale.ROOT, ", %.1f s ago", seconds);
    }

    /// Every reason not to do it.
    private List<Refusal> blockers(DataDirectory.Cluster cluster) {
        List<Refusal> blockers = new ArrayList<>();
        if (!followsStandby(cluster)) {
            upstream().map(this::alive).ifPresent(blockers::add);
        }
        List<Refusal> others = new ArrayList<>(peers.promotionBlockers(cluster));
        Superseding.promotionBlockers(settings, observed, state.timeline()).ifPresent(others::add);
        for (Refusal refusal : others) {
            blockers.add(Refusals.overrulable(refusal));
        }
        return blockers;
    }

    /// Whether what it follows is a standby itself, and their primary can be another of the peers:
    /// then that one is judged. Where all of them are standbys, nobody has asked it.
    private boolean followsStandby(DataDirectory.Cluster cluster) {
        boolean standby = false;
        boolean primary = false;
        for (Peer peer : observed.peers()) {
            switch (peer) {
                case Peer.Answering answering -> {
                    boolean ours =
                            answering
                                    .timelines()
                                    .systemIdentifier()
                                    .equals(cluster.control().systemIdentifier());
                    boolean upstream = answering.server().address().equals(replica.primary());
                    primary |= ours && answering.takesWrites();
                    standby |= ours && upstream && !answering.takesWrites();
                }
                case Peer.Silent _, Peer.Unclear _, Peer.Waiting _ -> primary = true;
                case Peer.Itself _ -> {}
            }
        }
        return standby && primary;
    }

    /// Why the primary may live.
    private Optional<String> upstream() {
        if (state.streams()) {
            return Optional.of("this replica is streaming from it right now");
        }
        if (observed.upstream().isEmpty()) {
            return Optional.empty();
        }
        return switch (observed.upstream().get()) {
            case Upstream.Answered answered ->
                    Optional.of(
                            "it answers, on timeline %s at %s"
                                    .formatted(answered.timeline(), answered.walPosition()));
            case Upstream.Unusable unusable -> {
                // A name that has moved here has left the old primary.
                boolean silent =
                        unusable.reason().isSilence()
                                || unusable.reason() == Upstream.Reason.ITSELF;
                yield silent
                        ? Optional.empty()
                        : Optional.of("something answers there: " + unusable.reason().sentence());
            }
        };
    }

    private Refusal alive(String because) {
        return Refusals.primaryMayLive(replica.primary(), because);
    }

    /// @param received what is waited for first
    private Plan plan(
            DataDirectory.Cluster cluster,
            List<String> noted,
            Duration timeout,
            Optional<String> received) {
        Layout layout = new Layout(settings.dataDirectory());
        NodeState promoting =
                observed.node()
                        .orElseGet(() ->
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica(replica.name(), replica.slot().given()))
                        .promoting(state.timeline());
        Settings later =
                settings.with(new Mode.NativePrimary(replica.replication(), replica.networks()));
        ConfigurationSteps configuration =
                new ConfigurationSteps(
                        later,
                        observed.whileServing(),
                        new MinimumSettings(
                                cluster.control().standbySettings(), cluster.control().walLevel()));
        List<Planned> steps = new ArrayList<>();
        received.ifPresent(position ->
                steps.add(
                        new Planned(
                                new Promote.AwaitReplay(position, timeout),
                                "what was received is not given up")));
        steps.add(
                new Planned(
                        new Configure.RecordNodeState(layout, promoting),
                        "the next start finishes what may be cut off from here on"));
        steps.add(
                new Planned(
                        new Promote.PromoteRunning(layout, state.timeline(), timeout),
                        "asked for by promote"));
        steps.add(
                new Planned(
                        new Promote.RecordPromotion(layout, promoting, NodeState.Role.PRIMARY),
                        "a start that still asks for a replica must be told from a rejoin"));
        steps.addAll(configuration.forFiles(layout, cluster.files()));
        TreeSet<String> following = new TreeSet<>(cluster.files().autoSettings());
        following.retainAll(ConfigurationSteps.STANDBY_SETTINGS);
        if (!following.isEmpty()) {
            steps.add(
                    new Planned(
                            new Configure.RemoveAutoSettings(layout, following),
                            "it follows nobody any more"));
        }
        List<String> warnings = new ArrayList<>(noted);
        warnings.addAll(new NodeSteps(later, observed).warnings());
        return new Plan(
                later.mode().title(),
                ObservedSummary.describe(settings, observed),
                warnings,
                steps,
                new NextAction.Replan("it is a primary then"),
                List.of());
    }
}
