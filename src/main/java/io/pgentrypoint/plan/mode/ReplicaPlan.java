package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.config.PassFile;
import io.pgentrypoint.config.ServerConfiguration;
import io.pgentrypoint.config.UpstreamConninfo;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.upstream.Tablespaces;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.rule.RejoinRule;
import io.pgentrypoint.plan.rule.StaleRole;
import io.pgentrypoint.plan.rule.Superseding;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.Relocate;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A standby that follows a primary, or another standby.
public final class ReplicaPlan {

    private static final String ANSWER_DECIDES = "what the primary answers decides what follows";

    private final Mode.NativeReplica replica;
    private final Settings settings;
    private final Observed observed;
    private final Layout layout;
    private final Secret passFile;
    private final NodeSteps node;
    private final boolean insteadOfPrimary;
    private final List<String> noted;

    private ReplicaPlan(
            Mode.NativeReplica replica,
            Settings settings,
            Observed observed,
            boolean insteadOfPrimary,
            List<String> noted) {
        this.insteadOfPrimary = insteadOfPrimary;
        this.noted = noted;
        this.replica = replica;
        this.settings = settings;
        this.observed = observed;
        this.layout = new Layout(settings.dataDirectory());
        this.passFile = PassFile.text(replica.upstream());
        this.node = new NodeSteps(settings, observed);
    }

    public static Plan plan(Mode.NativeReplica replica, Settings settings, Observed observed) {
        return new ReplicaPlan(replica, settings, observed, false, List.of()).plan();
    }

    /// A node that is asked to be the primary, and whose peer is it already.
    ///
    /// @param noted what is said first
    static Plan insteadOfPrimary(
            Mode.NativeReplica replica, Settings settings, Observed observed, List<String> noted) {
        return new ReplicaPlan(replica, settings, observed, true, noted).plan();
    }

    private String title() {
        return insteadOfPrimary
                ? "native primary, as a standby of " + replica.primary()
                : settings.title();
    }

    private Plan plan() {
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster cluster -> existing(cluster);
            case DataDirectory.Missing _,
                    DataDirectory.Empty _,
                    DataDirectory.Interrupted _,
                    DataDirectory.OtherMajor _,
                    DataDirectory.Foreign _,
                    DataDirectory.Damaged _ ->
                    FirstBoot.finishing(settings, observed).orElseGet(this::firstBoot);
        };
    }

    private Plan firstBoot() {
        if (!(observed.upstream().orElse(null) instanceof Upstream.Answered answered)) {
            return awaiting(
                    replica, settings, observed, "an empty volume needs something to clone");
        }
        requireSameMajor(answered);
        MinimumSettings minimum =
                new MinimumSettings(answered.standbySettings(), answered.walLevel());
        ConfigurationSteps configuration = new ConfigurationSteps(settings, observed, minimum);
        Optional<Path> wal = settings.initdb().walDirectory();
        List<Planned> steps = new ArrayList<>(FirstBoot.opening(settings, observed));
        steps.add(
                new Planned(
                        new Configure.WritePassFile(layout, passFile),
                        "no password goes on a command line or into a setting"));
        // Before the slot is made: it is found again under this name.
        steps.addAll(node.steps());
        slot().ifPresent(steps::add);
        steps.add(
                new Planned(
                        new Follow.CloneFromPrimary(
                                replica,
                                layout,
                                UpstreamConninfo.clone(
                                        replica,
                                        layout.passFile(),
                                        observed.installation().major()),
                                answered.systemIdentifier(),
                                wal),
                        "the data directory is empty"));
        steps.add(
                new Planned(
                        new Follow.MarkStandby(layout.staging()),
                        "it must never start as a primary"));
        // The clone brings its upstream's files, so ours are written whatever they are.
        steps.addAll(configuration.forFiles(layout.staging(), clonedFiles()));
        steps.add(FirstBoot.publish(settings));
        return plan(configuration, minimum, unanswered(), steps);
    }

    private List<String> unanswered() {
        return switch (observed.tablespaces()) {
            case Tablespaces.At _ -> List.of();
            case Tablespaces.Unanswered(String why) ->
                    List.of(
                            """
                            %s does not tell where its tablespaces are: %s. Should one \
                            lie outside its data directory, a clone that is cut off \
                            leaves files in that place, and the next one names it and \
                            stops\
                            """
                                    .formatted(replica.primary(), why));
        };
    }

    private Plan existing(DataDirectory.Cluster cluster) {
        RejoinRule rejoin = new RejoinRule(replica, settings, observed, cluster);
        requireSameCluster(cluster, rejoin);
        Optional<Refusal> stale = StaleRole.blockers(replica, settings, observed, cluster);
        if (stale.isPresent()) {
            if (!observed.peers().isEmpty() && StaleRole.promotionEnded(observed, cluster)) {
                return PeeredPrimaryPlan.promoted(
                        replica, settings, observed, cluster, stale.get());
            }
            throw stale.get();
        }
        return Superseding.recording(
                settings,
                observed,
                cluster,
                Superseding.by(replica, observed, cluster),
                () -> rejoined(cluster, rejoin));
    }

    private Plan rejoined(DataDirectory.Cluster cluster, RejoinRule rejoin) {
        return switch (rejoin.decide()) {
            case RejoinRule.Decision.Follow(var warnings) -> follow(cluster, warnings);
            case RejoinRule.Decision.Await(String because) -> await(because);
            case RejoinRule.Decision.Rewind(String preview) ->
                    RewindPlan.plan(replica, settings, observed, preview);
            case RejoinRule.Decision.MoveAside(String place, String because) ->
                    FirstBoot.only(
                            settings,
                            observed,
                            new Relocate.MoveAside(layout, place),
                            "REJOIN=reclone, and %s. Deleting what was moved aside is your decision"
                                    .formatted(because),
                            "the data directory is empty then");
        };
    }

    private Plan follow(DataDirectory.Cluster cluster, List<String> warnings) {
        MinimumSettings minimum =
                new MinimumSettings(
                        cluster.control().standbySettings(), cluster.control().walLevel());
        ConfigurationSteps configuration = new ConfigurationSteps(settings, observed, minimum);
        List<Planned> steps = new ArrayList<>();
        if (insteadOfPrimary) {
            // First of all: a node that is killed after it would find a standby at its next start,
            // and promote it.
            steps.addAll(node.following(replica));
        }
        switch (cluster.role()) {
            case STANDBY -> {}
            case STANDBY_WITHOUT_SIGNAL ->
                    steps.add(
                            new Planned(
                                    new Follow.MarkStandby(layout),
                                    "without it the server would open read-write on its primary's timeline"));
            case PRIMARY ->
                    steps.add(
                            new Planned(
                                    new Follow.MarkStandby(layout),
                                    "it was a primary, and the primary has all that it has"));
        }
        if (!cluster.files().passFile().equals(Optional.of(passFile))) {
            steps.add(
                    new Planned(
                            new Configure.WritePassFile(layout, passFile),
                            cluster.files().passFile().isEmpty()
                                    ? "there is none"
                                    : "the replication password or the primary changed"));
        }
        steps.addAll(configuration.forFiles(layout, cluster.files()));
        if (!insteadOfPrimary) {
            steps.addAll(node.steps());
        }
        if (observed.upstream().orElse(null) instanceof Upstream.Answered) {
            slot().ifPresent(steps::add);
        }
        return plan(configuration, minimum, warnings, steps);
    }

    private Plan await(String because) {
        return StartPlan.of(
                title(),
                settings,
                observed,
                StartPlan.Decision.replan(
                        noted,
                        List.of(
                                new Planned(
                                        new Follow.AwaitPrimary(replica, settings.port()),
                                        because)),
                        ANSWER_DECIDES));
    }

    /// @param because why nothing can be done before the primary answers
    static Plan awaiting(
            Mode.NativeReplica replica, Settings settings, Observed observed, String because) {
        return FirstBoot.only(
                settings,
                observed,
                new Follow.AwaitPrimary(replica, settings.port()),
                because,
                ANSWER_DECIDES);
    }

    private Plan plan(
            ConfigurationSteps configuration,
            MinimumSettings minimum,
            List<String> more,
            List<Planned> steps) {
        List<String> warnings = new ArrayList<>(noted);
        warnings.addAll(more);
        warnings.addAll(configuration.warnings());
        warnings.addAll(node.warnings());
        ServerConfiguration.raised(settings, minimum)
                .forEach(tooLow -> warnings.add(tooLow.sentence()));
        return StartPlan.of(
                title(),
                settings,
                observed,
                new StartPlan.Decision(warnings, steps, configuration.launch(observed), List.of()));
    }

    private Optional<Planned> slot() {
        return switch (replica.slot()) {
            case Slot.None() -> Optional.empty();
            case Slot.Named(String name) ->
                    Optional.of(
                            new Planned(
                                    new Configure.CreateSlot(replica, name),
                                    "REPLICATION_SLOT asks the primary to keep what this replica needs"));
        };
    }

    private static ManagedFiles clonedFiles() {
        return new ManagedFiles(
                Optional.empty(),
                false,
                Optional.empty(),
                ConfigurationSteps.STANDBY_SETTINGS,
                Optional.empty());
    }

    private void requireSameMajor(Upstream.Answered answered) {
        if (answered.major() != observed.installation().major()) {
            throw Refusals.otherMajor(
                    replica.primary(), answered.major(), observed.installation().major());
        }
    }

    private void requireSameCluster(DataDirectory.Cluster cluster, RejoinRule rejoin) {
        String ours = cluster.control().systemIdentifier();
        if (observed.upstream().orElse(null) instanceof Upstream.Answered answered
                && !answered.systemIdentifier().equals(ours)) {
            throw rejoin.otherCluster(ours, answered.systemIdentifier());
        }
    }
}
