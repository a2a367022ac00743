package io.pgentrypoint.plan.mode;

import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.volume.ClusterContents;
import io.pgentrypoint.plan.rule.LegacyData;
import io.pgentrypoint.plan.rule.Superseding;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Standalone and native primary: a node that takes writes. They differ by the replication role.
public final class ReadWritePlan {

    private static final String ROLE_IS_FOR = "replicas log in with it";

    private final Settings settings;
    private final Observed observed;
    private final Optional<Credentials> replication;
    private final ConfigurationSteps configuration;
    private final NodeSteps node;
    private final ScriptSteps scripts;
    private final CitusSteps citus;
    private final List<String> noted;

    /// @param noted what is said first
    private ReadWritePlan(
            Settings settings,
            Observed observed,
            Optional<Credentials> replication,
            List<String> noted) {
        this.noted = noted;
        this.settings = settings;
        this.observed = observed;
        this.replication = replication;
        this.configuration = new ConfigurationSteps(settings, observed, minimum(observed));
        this.node = new NodeSteps(settings, observed);
        this.scripts = new ScriptSteps(settings, observed.scripts());
        this.citus = new CitusSteps(settings, observed);
    }

    private static MinimumSettings minimum(Observed observed) {
        return observed.dataDirectory() instanceof DataDirectory.Cluster cluster
                ? new MinimumSettings(
                        cluster.control().standbySettings(), cluster.control().walLevel())
                : MinimumSettings.none();
    }

    public static Plan standalone(Settings settings, Observed observed) {
        return new ReadWritePlan(
                        settings,
                        observed,
                        Optional.empty(),
                        Superseding.warnings(settings, observed))
                .plan();
    }

    static Plan primary(
            Mode.NativePrimary primary, Settings settings, Observed observed, List<String> noted) {
        List<String> all = new ArrayList<>(noted);
        all.addAll(Superseding.refuse(primary, settings, observed));
        return new ReadWritePlan(settings, observed, Optional.of(primary.replication()), all)
                .plan();
    }

    private Plan plan() {
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster cluster ->
                    switch (cluster.role()) {
                        case PRIMARY -> node.isPromoting() ? promoting(cluster) : existing(cluster);
                        case STANDBY -> promoting(cluster);
                        case STANDBY_WITHOUT_SIGNAL -> {
                            if (!node.isPromoting()) {
                                throw Refusals.withoutSignal(settings);
                            }
                            yield promoting(cluster);
                        }
                    };
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
        requirePassword();
        LegacyData.refuse(observed);
        scripts.refuseUnusable();
        Layout staging = new Layout(settings.dataDirectory()).staging();
        List<Planned> steps = new ArrayList<>(FirstBoot.opening(settings, observed));
        steps.add(
                new Planned(
                        new Build.InitializeDatabase(
                                staging,
                                settings.superuser().name(),
                                settings.superuser().password().isPresent(),
                                settings.initdb().arguments(),
                                settings.initdb().walDirectory()),
                        "the data directory is empty"));
        steps.addAll(configuration.forNewCluster(staging));
        if (scripts.haveWork()) {
            steps.addAll(scripts.before(configuration.arguments()));
            steps.addAll(databaseAndRole());
            steps.addAll(node.steps());
            steps.addAll(
                    scripts.around(
                            configuration.afterScripts(new Layout(settings.dataDirectory()))));
        } else {
            steps.add(
                    new Planned(
                            new OnPrivateServer.StartBootstrapServer(
                                    staging,
                                    configuration.arguments(),
                                    settings.superuser().name()),
                            "what follows needs a server, and TCP stays closed until it is done"));
            steps.addAll(databaseAndRole());
            steps.add(
                    new Planned(
                            new OnPrivateServer.StopBootstrapServer(staging),
                            "the cluster is ready to be moved"));
            steps.addAll(node.steps());
            steps.add(FirstBoot.publish(settings));
        }
        return plan(scripts.warnings(), steps, citus.onceReady());
    }

    private List<Planned> databaseAndRole() {
        List<Planned> steps = new ArrayList<>();
        settings.superuser().password().map(this::setPassword).ifPresent(steps::add);
        if (!settings.superuser().database().equals("postgres")) {
            steps.add(
                    new Planned(
                            new OnPrivateServer.CreateDatabase(settings.superuser().database()),
                            "POSTGRES_DB asks for it"));
        }
        replication.ifPresent(role -> steps.add(role(role)));
        steps.addAll(citus.extension());
        return steps;
    }

    private Plan existing(DataDirectory.Cluster cluster) {
        scripts.refuseUnusable();
        List<Planned> steps =
                new ArrayList<>(
                        configuration.forFiles(
                                new Layout(settings.dataDirectory()), cluster.files()));
        steps.addAll(node.steps());
        steps.addAll(scripts.atStart(configuration.arguments()));
        List<String> more = new ArrayList<>(node.warnings());
        more.addAll(scripts.warnings());
        more.addAll(citus.warnings());
        if (cluster.labelled()) {
            more.add(
                    """
                    it has a backup_label: it is a base backup that was never started, \
                    and goes on on timeline %s of the server that it was taken from. \
                    If that server goes on, too, neither of the two may archive WAL to \
                    where the other does, nor follow the other; recovery.signal and a \
                    restore_command begin a timeline of its own\
                    """
                            .formatted(cluster.control().timeline()));
        }
        List<PlannedLive> onceReady = new ArrayList<>();
        if (isSubscribedCopy()) {
            Layout layout = new Layout(settings.dataDirectory());
            String because = "of two nodes with one subscription each row reaches only one";
            steps.addFirst(new Planned(new Configure.MarkRestored(layout), because));
            onceReady.add(new PlannedLive(new Live.DisableSubscriptions(layout), because));
            more.add(
                    """
                    it is restored from a base backup and may have logical subscriptions, whose \
                    slots on the publishers belong to the node that it is a copy of. They are \
                    disabled when its recovery has ended, and until a restart after that no \
                    subscription works here. If this node takes the place of the other one, enable \
                    them then: ALTER SUBSCRIPTION … ENABLE\
                    """);
        }
        if (node.wasPromotedByHand()) {
            more.add(
                    """
                    it was promoted by hand while it ran as a replica; the primary that \
                    it followed must not take writes any more\
                    """);
        }
        replication.ifPresent(role ->
                onceReady.add(new PlannedLive(new Live.EnsureReplicationRole(role), ROLE_IS_FOR)));
        password().ifPresent(onceReady::add);
        onceReady.addAll(citus.onceReady());
        observed.upgraded()
                .filter(Upgraded::statistics)
                .ifPresent(done ->
                        onceReady.add(
                                new PlannedLive(
                                        new Live.CompleteStatistics(
                                                new Layout(settings.dataDirectory()),
                                                done.withStatistics().text(),
                                                done.to()),
                                        "those of the upgrade are coarse")));
        observed.upgraded()
                .flatMap(done ->
                        settings.volume()
                                .keepOld()
                                .map(keep ->
                                        new Live.RemoveOldCluster(
                                                new Layout(settings.dataDirectory()), done, keep)))
                .ifPresent(remove -> onceReady.add(new PlannedLive(remove, "UPGRADE_KEEP")));
        if (observed.patroni().layout()) {
            onceReady.add(
                    new PlannedLive(
                            new Live.DropMemberSlots(),
                            "those of Patroni's members keep WAL without end"));
        }
        return plan(more, steps, onceReady);
    }

    private Planned setPassword(Secret password) {
        boolean scram =
                settings.hostAuthMethod()
                        .filter(method -> method.startsWith("scram-sha-256"))
                        .isPresent();
        return new Planned(
                new OnPrivateServer.SetSuperuserPassword(
                        settings.superuser().name(), password, scram),
                "POSTGRES_PASSWORD asks for it, and initdb does not see it");
    }

    private Optional<PlannedLive> password() {
        return settings.superuser()
                .password()
                .map(password ->
                        new PlannedLive(
                                new Live.CheckSuperuserPassword(
                                        settings.superuser().name(),
                                        password,
                                        settings.passwordSync()),
                                settings.passwordSync()
                                        ? "POSTGRES_PASSWORD_SYNC asks for it"
                                        : "POSTGRES_PASSWORD counts at the first start only"));
    }

    private Plan plan(List<String> more, List<Planned> beforeLaunch, List<PlannedLive> asked) {
        List<PlannedLive> onceReady = new ArrayList<>(asked);
        configuration.synchronous().ifPresent(onceReady::add);
        List<String> warnings = new ArrayList<>(noted);
        warnings.addAll(configuration.warnings());
        warnings.addAll(more);
        return StartPlan.of(
                settings,
                observed,
                new StartPlan.Decision(
                        warnings,
                        beforeLaunch,
                        isSubscribedCopy()
                                ? withoutSubscriptions()
                                : configuration.launch(observed),
                        onceReady));
    }

    private boolean isSubscribedCopy() {
        ClusterContents contents = observed.volume().contents();
        return contents.restored() && contents.subscribed();
    }

    /// Their workers would begin the moment its recovery ends.
    private NextAction withoutSubscriptions() {
        List<String> argv = new ArrayList<>(configuration.launch(observed).argv());
        argv.addAll(List.of("-c", "max_logical_replication_workers=0"));
        return new NextAction.Launch(argv);
    }

    private static Planned role(Credentials role) {
        return new Planned(new OnPrivateServer.EnsureReplicationRole(role), ROLE_IS_FOR);
    }

    private void requirePassword() {
        boolean trusting =
                settings.hostAuthMethod().filter(method -> method.equals("trust")).isPresent();
        if (settings.superuser().password().isEmpty() && !trusting) {
            throw Refusals.noPassword();
        }
    }

    /// Peers are asked before this: one that is a live primary of the same cluster forbids it.
    private Plan promoting(DataDirectory.Cluster cluster) {
        return new PromotionPlan(settings, observed, cluster, configuration, noted).plan();
    }
}
