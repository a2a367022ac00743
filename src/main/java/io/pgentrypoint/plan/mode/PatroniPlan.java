package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.HbaBlock;
import io.pgentrypoint.config.HostRule;
import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.config.PatroniDocument;
import io.pgentrypoint.config.ServerConfiguration;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.DataDirectory.Role;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.patroni.Dcs;
import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.patroni.PatroniEnvironment;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.plan.step.UnderPatroni;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A member of a Patroni cluster. Patroni initializes, clones and promotes; what is decided here is
/// what it may find, and whether this volume may lead.
public final class PatroniPlan {

    /// What postgresql.auto.conf would keep in force on a member.
    private static final Set<String> FOREIGN =
            Set.of(
                    "synchronous_standby_names",
                    "restore_command",
                    "archive_cleanup_command",
                    "recovery_end_command",
                    "recovery_min_apply_delay");

    private final Mode.Patroni patroni;
    private final Settings settings;
    private final Observed observed;
    private final PatroniEnvironment.Member member;
    private final Layout layout;

    private PatroniPlan(
            Mode.Patroni patroni,
            Settings settings,
            Observed observed,
            PatroniEnvironment.Member member) {
        this.patroni = patroni;
        this.settings = settings;
        this.observed = observed;
        this.member = member;
        this.layout = new Layout(settings.dataDirectory());
    }

    public static Plan plan(Mode.Patroni patroni, Settings settings, Observed observed) {
        PatroniEnvironment.Member member =
                observed.patroni()
                        .member()
                        .orElseThrow(
                                () -> new IllegalStateException("a member that was not looked at"));
        return new PatroniPlan(patroni, settings, observed, member).plan();
    }

    private Plan plan() {
        requireProgram();
        if (member.dcs() instanceof Dcs.Unusable && settings.dcs().isPresent()) {
            return await(settings.dcs().get());
        }
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster cluster -> existing(cluster);
            case DataDirectory.Missing _,
                    DataDirectory.Empty _,
                    DataDirectory.Interrupted _,
                    DataDirectory.OtherMajor _,
                    DataDirectory.Foreign _,
                    DataDirectory.Damaged _ ->
                    FirstBoot.finishing(settings, observed).orElseGet(this::handOver);
        };
    }

    private Plan await(DcsAddress dcs) {
        return FirstBoot.only(
                settings,
                observed,
                new UnderPatroni.AwaitDcs(dcs, patroni.timeout()),
                "without it Patroni starts no server",
                "what it holds decides what follows");
    }

    /// Patroni fills it: as the first member by initdb, else from the leader.
    private Plan handOver() {
        List<Planned> steps = new ArrayList<>();
        boolean interrupted = false;
        if (observed.dataDirectory() instanceof DataDirectory.Interrupted(var journal)) {
            interrupted = true;
            steps.add(
                    new Planned(
                            new Build.DiscardUnfinished(layout, journal),
                            "an earlier first boot did not end"));
        }
        if (interrupted || observed.patroni().stateDirectory()) {
            steps.add(
                    new Planned(
                            new Build.RemoveStateDirectory(layout),
                            "Patroni initializes empty directories only"));
        }
        List<PlannedLive> onceReady = new CitusSteps(settings, observed).onceReady();
        return launch(steps, MinimumSettings.none(), false, false, List.of(), onceReady);
    }

    private Plan existing(DataDirectory.Cluster cluster) {
        requireSameCluster(cluster);
        boolean patronis = observed.patroni().layout();
        if (cluster.role() == Role.PRIMARY && !patronis) {
            requireNoOtherLeader();
        }
        boolean guarded = cluster.role() != Role.PRIMARY && mightWinTheRace();
        List<Planned> asItIs =
                cluster.role() == Role.PRIMARY && !patronis
                        ? new BeforePatroni(patroni.replication(), settings, observed).steps()
                        : List.of();
        List<Planned> steps = new ArrayList<>(adopting(cluster.files(), asItIs));
        if (cluster.role() == Role.STANDBY_WITHOUT_SIGNAL) {
            steps.addFirst(
                    new Planned(
                            new Follow.MarkStandby(layout),
                            "without it the server would open read-write on its primary's timeline"));
        }
        List<String> warnings = new ArrayList<>();
        for (String name : observed.patroni().harmfulSettings()) {
            warnings.add(
                    "%s is set in your postgresql.conf and stays in force on each member%s"
                            .formatted(
                                    name,
                                    name.equals("synchronous_standby_names")
                                            ? ": commits may wait for ever; remove it there"
                                            : "; remove it there unless that is meant"));
        }
        if (guarded) {
            warnings.add(
                    """
                    this volume is a standby's, and %s has no leader: it follows, and \
                    does not lead before another member has; start the former primary's \
                    volume, or where that is lost promote this one first, as a native node\
                    """
                            .formatted(patroni.scope()));
        }
        NodeSteps node = new NodeSteps(settings, observed);
        steps.addAll(node.steps());
        warnings.addAll(node.warnings());
        MinimumSettings minimum =
                new MinimumSettings(
                        cluster.control().standbySettings(), cluster.control().walLevel());
        ServerConfiguration.raised(settings, minimum)
                .forEach(tooLow -> warnings.add(tooLow.sentence()));
        List<PlannedLive> onceReady = new ArrayList<>();
        onceReady.add(
                new PlannedLive(
                        new Live.EnsureReplicationRole(patroni.replication()),
                        "the members log in with it; done by the one that leads"));
        onceReady.addAll(new CitusSteps(settings, observed).onceReady());
        return launch(steps, minimum, !patronis, guarded, warnings, onceReady);
    }

    /// A standby that is given to Patroni first is promoted, however far behind it is, and the
    /// primary that comes later is rewound to it: what it had committed since is gone. Where the
    /// store knows this cluster, Patroni has its own rule (maximum_lag_on_failover).
    private boolean mightWinTheRace() {
        boolean patronis = observed.patroni().layout();
        return switch (member.dcs()) {
            case Dcs.Answered answered ->
                    answered.leader().isEmpty()
                            && (!patronis || answered.systemIdentifier().isEmpty());
            case Dcs.Unread _, Dcs.Unusable _ -> !patronis;
        };
    }

    /// @param asItIs what takes a server with the configuration of the volume's earlier life
    private List<Planned> adopting(ManagedFiles files, List<Planned> asItIs) {
        List<Planned> steps = new ArrayList<>();
        if (!observed.patroni().layout() && observed.patroni().dynamicConfiguration()) {
            steps.add(
                    new Planned(
                            new UnderPatroni.LeavePatroni(layout),
                            "a patroni.dynamic.json from before would win over the environment"));
        }
        if (!files.missing().isEmpty()) {
            steps.add(
                    new Planned(
                            new Build.AddConfigurationFiles(
                                    layout, files.missing(), HostRule.forStoredPasswords(settings)),
                            "this volume comes from an image that keeps them elsewhere"));
        }
        steps.addAll(asItIs);
        boolean ours = files.settings().isPresent() || files.settingsIncluded();
        if (ours) {
            steps.add(
                    new Planned(
                            new Configure.TakeBackFiles(layout),
                            "what a native node needs would stay in force below Patroni's"));
        }
        String block = HbaBlock.text(settings).orElse("");
        if (ours || !files.hbaBlock().equals(Optional.of(block))) {
            steps.add(
                    new Planned(
                            new Configure.WriteHbaBlock(layout, block),
                            "the members log in by it"));
        }
        TreeSet<String> overriding = new TreeSet<>(files.autoSettings());
        Set<String> unwanted = new TreeSet<>(ConfigurationSteps.STANDBY_SETTINGS);
        unwanted.addAll(FOREIGN);
        overriding.retainAll(unwanted);
        if (!overriding.isEmpty()) {
            steps.add(
                    new Planned(
                            new Configure.RemoveAutoSettings(layout, overriding),
                            "in postgresql.auto.conf they would win over Patroni's"));
        }
        return steps;
    }

    private Plan launch(
            List<Planned> steps,
            MinimumSettings minimum,
            boolean adopted,
            boolean guarded,
            List<String> warnings,
            List<PlannedLive> onceReady) {
        PatroniDocument.Ground ground =
                new PatroniDocument.Ground(
                        member.address(),
                        member.directory(),
                        observed.installation().binDirectory(),
                        observed.installation().major(),
                        minimum,
                        adopted,
                        guarded);
        List<Planned> all = new ArrayList<>(steps);
        Path program = member.program().orElse(Path.of("patroni"));
        all.add(
                new Planned(
                        new Configure.WritePatroniFiles(
                                member.directory(),
                                PatroniDocument.files(patroni, settings, ground),
                                guarded),
                        "the environment asks for it"));
        // Beside a member that runs it would find Patroni's own ports in use.
        if (!observed.serving()) {
            all.add(
                    new Planned(
                            new UnderPatroni.CheckPatroni(program, member.directory()),
                            "with a wrong one Patroni would run and start no server"));
        }
        return StartPlan.of(
                settings,
                observed,
                new StartPlan.Decision(
                        warnings,
                        all,
                        new NextAction.Launch(
                                List.of(program.toString(), member.directory().toString())),
                        onceReady));
    }

    private void requireProgram() {
        if (member.program().isEmpty()) {
            throw Refusals.noPatroni();
        }
    }

    private void requireSameCluster(DataDirectory.Cluster cluster) {
        if (member.dcs() instanceof Dcs.Answered answered
                && answered.systemIdentifier().isPresent()
                && !answered.systemIdentifier()
                        .get()
                        .equals(cluster.control().systemIdentifier())) {
            throw Refusals.otherScope(
                    patroni.scope(),
                    answered.systemIdentifier().get(),
                    settings.dataDirectory(),
                    cluster.control().systemIdentifier());
        }
    }

    private void requireNoOtherLeader() {
        if (member.dcs() instanceof Dcs.Answered answered
                && answered.leader().isPresent()
                && !answered.leader().get().equals(patroni.name())) {
            throw Refusals.otherLeader(
                    patroni.scope(), settings.dataDirectory(), answered.leader().get());
        }
    }
}
