package io.pgentrypoint.plan;

import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.ManagedFiles;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Upstream;
import io.pgentrypoint.render.Floor;
import io.pgentrypoint.render.PassFile;
import io.pgentrypoint.render.ServerConfiguration;
import io.pgentrypoint.render.UpstreamConninfo;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A standby that follows a primary, or another standby.
final class ReplicaPlan {

    private final Mode.NativeReplica replica;
    private final Settings settings;
    private final Observed observed;
    private final Layout layout;
    private final Secret passFile;
    private final NodeSteps node;

    private ReplicaPlan(Mode.NativeReplica replica, Settings settings, Observed observed) {
        this.replica = replica;
        this.settings = settings;
        this.observed = observed;
        this.layout = new Layout(settings.dataDirectory());
        this.passFile = PassFile.text(replica);
        this.node = new NodeSteps(settings, observed);
    }

    static Plan plan(Mode.NativeReplica replica, Settings settings, Observed observed) {
        return new ReplicaPlan(replica, settings, observed).plan();
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
            return new Plan(
                    replica.title(),
                    Found.describe(settings, observed),
                    List.of(),
                    List.of(
                            new Planned(
                                    new Step.AwaitPrimary(replica, settings.port()),
                                    "an empty volume needs something to clone")),
                    new Outlook.LookAgain("what the primary answers decides what follows"),
                    List.of());
        }
        requireSameMajor(answered);
        Floor floor = new Floor(answered.standbySettings(), answered.walLevel());
        ConfigurationSteps configuration = new ConfigurationSteps(settings, observed, floor);
        Optional<Path> wal = settings.initdb().walDirectory();
        List<Planned> steps = new ArrayList<>(FirstBoot.opening(settings, observed, wal));
        steps.add(
                new Planned(
                        new Step.WritePassFile(layout, passFile),
                        "no password goes on a command line or into a setting"));
        // Before the slot is made: it is found again under this name.
        steps.addAll(node.steps());
        slot().ifPresent(steps::add);
        steps.add(
                new Planned(
                        new Step.CloneFromPrimary(
                                replica,
                                layout,
                                UpstreamConninfo.clone(replica, layout.passFile()),
                                answered.systemIdentifier(),
                                wal),
                        "the data directory is empty"));
        steps.add(
                new Planned(
                        new Step.MarkStandby(layout.staging()),
                        "it must never wake up as a primary"));
        // The clone brings its upstream's files, so ours are written whatever they are.
        steps.addAll(configuration.forFiles(layout.staging(), clonedFiles()));
        steps.add(FirstBoot.publish(settings));
        return plan(configuration, floor, steps);
    }

    private Plan existing(DataDirectory.Cluster cluster) {
        requireSameCluster(cluster);
        StaleRole.refuse(replica, settings, observed, cluster);
        requireStandby(cluster);
        Floor floor = new Floor(cluster.control().standbySettings(), cluster.control().walLevel());
        ConfigurationSteps configuration = new ConfigurationSteps(settings, observed, floor);
        List<Planned> steps = new ArrayList<>();
        if (cluster.role() == DataDirectory.Role.STANDBY_WITHOUT_SIGNAL) {
            steps.add(
                    new Planned(
                            new Step.MarkStandby(layout),
                            "without it the server would open read-write on its primary's"
                                    + " timeline"));
        }
        if (!cluster.files().passFile().equals(Optional.of(passFile))) {
            steps.add(
                    new Planned(
                            new Step.WritePassFile(layout, passFile),
                            cluster.files().passFile().isEmpty()
                                    ? "there is none"
                                    : "the replication password or the primary changed"));
        }
        steps.addAll(configuration.forFiles(layout, cluster.files()));
        steps.addAll(node.steps());
        if (observed.upstream().orElse(null) instanceof Upstream.Answered) {
            slot().ifPresent(steps::add);
        }
        return plan(configuration, floor, steps);
    }

    private Plan plan(ConfigurationSteps configuration, Floor floor, List<Planned> steps) {
        List<String> warnings = new ArrayList<>(configuration.warnings());
        warnings.addAll(node.warnings());
        ServerConfiguration.raised(settings, floor)
                .forEach(tooLow -> warnings.add(tooLow.sentence()));
        return new Plan(
                replica.title(),
                Found.describe(settings, observed),
                warnings,
                steps,
                configuration.launch(observed),
                List.of());
    }

    private Optional<Planned> slot() {
        return switch (replica.slot()) {
            case Slot.None() -> Optional.empty();
            case Slot.Named(String name) ->
                    Optional.of(
                            new Planned(
                                    new Step.CreateSlot(replica, name),
                                    "REPLICATION_SLOT asks the primary to keep what this replica"
                                            + " needs"));
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
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot clone "
                            + replica.primary()
                            + ": it runs PostgreSQL "
                            + answered.major()
                            + ", and this is PostgreSQL "
                            + observed.installation().major(),
                    "run both nodes from the image of one major version");
        }
    }

    private void requireSameCluster(DataDirectory.Cluster cluster) {
        if (observed.upstream().orElse(null) instanceof Upstream.Answered answered
                && !answered.systemIdentifier().equals(cluster.control().systemIdentifier())) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot follow "
                            + replica.primary()
                            + ": its system identifier is "
                            + answered.systemIdentifier()
                            + ", and "
                            + settings.dataDirectory()
                            + " belongs to "
                            + cluster.control().systemIdentifier()
                            + ", another cluster",
                    "check PRIMARY_HOST, or give this replica an empty volume");
        }
    }

    private void requireStandby(DataDirectory.Cluster cluster) {
        if (cluster.role() == DataDirectory.Role.PRIMARY) {
            throw new Refusal(
                    ExitCode.UNSAFE,
                    "cannot start "
                            + settings.dataDirectory()
                            + " as a replica: it was a primary, and may hold commits that "
                            + replica.primary()
                            + " never received",
                    "start it as a primary, or give the replica an empty volume; joining a former"
                            + " primary again is not supported by this version");
        }
    }
}
