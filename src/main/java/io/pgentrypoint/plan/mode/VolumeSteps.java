package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.OldServer;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.plan.step.BeforeLaunch;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Live;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.step.PlannedLive;
import io.pgentrypoint.plan.step.Prepare;
import io.pgentrypoint.plan.step.SpaceRequirement;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.VolumeUse;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the volume itself adds to what a mode decides.
public final class VolumeSteps {

    /// The catalogs of the three databases that initdb makes: 22 to 24 MB with 13 to 18.
    private static final long NEW_CLUSTER = 24L << 20;

    /// One that is written and the next, which the server makes before it needs it.
    private static final int SEGMENTS = 2;

    private static final String SEGMENT_OPTION = "--wal-segsize";
    private static final long DEFAULT_SEGMENT = 16L << 20;

    private final Settings settings;
    private final Observed observed;
    private final Layout layout;
    private final Volume volume;

    VolumeSteps(Settings settings, Observed observed) {
        this.settings = settings;
        this.observed = observed;
        this.layout = new Layout(settings.dataDirectory());
        this.volume = observed.volume();
    }

    /// Before everything else.
    List<Planned> first() {
        List<Planned> steps = new ArrayList<>();
        if (volume.postmasterPid() instanceof PostmasterPid.Stale(String why)) {
            steps.add(new Planned(new Build.RemoveStalePid(layout), why));
        }
        missingDirectories().ifPresent(steps::add);
        return steps;
    }

    /// A tool that copies files only has left them out, and the server does not start without them.
    private Optional<Planned> missingDirectories() {
        List<String> missing = volume.contents().missing();
        return observed.dataDirectory() instanceof DataDirectory.Cluster && !missing.isEmpty()
                ? Optional.of(
                        new Planned(
                                new Build.MakeDirectories(layout, missing),
                                """
                                they are missing, as after a copy that leaves out empty \
                                directories. Was one of them not empty, what was in it is \
                                lost\
                                """))
                : Optional.empty();
    }

    private static Optional<Path> edited(BeforeLaunch step) {
        return switch (step) {
            case Configure configure -> configure.edits();
            case Prepare _ -> Optional.empty();
        };
    }

    /// What is built elsewhere first is ours.
    void refuseReadOnly(BeforeLaunch step) {
        edited(step)
                .filter(volume.contents().readOnly()::contains)
                .ifPresent(file -> {
                    throw file.equals(layout.hbaConf())
                            ? Refusals.readOnlyRules(step.sentence(), file)
                            : Refusals.readOnlyConfiguration(step.sentence(), file);
                });
    }

    List<PlannedLive> onceReady(NextAction next) {
        return switch (next) {
            case NextAction.Launch _ ->
                    List.of(
                            new PlannedLive(
                                    new Live.CompareCollations(layout),
                                    "an index on text is wrong under another order of the letters"));
            case NextAction.Replan _, NextAction.Become _, NextAction.Refuse _ -> List.of();
        };
    }

    /// What there is no room for; where the user does not want to wait for it, a refusal.
    Optional<Planned> awaitSpace() {
        List<SpaceRequirement> missing = missing();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return switch (settings.volume().onDiskFull()) {
            case FAIL -> throw Refusals.noSpace("cannot start the server:", sentences(missing));
            case HOLD ->
                    Optional.of(
                            new Planned(
                                    new Build.AwaitFreeSpace(layout, missing), sentences(missing)));
        };
    }

    public static Optional<Refusal> outOfSpace(
            Settings settings, Observed observed, String before) {
        List<SpaceRequirement> missing = new VolumeSteps(settings, observed).missing();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Refusals.noSpace(before, sentences(missing)));
    }

    private static String sentences(List<SpaceRequirement> missing) {
        return missing.stream().map(SpaceRequirement::sentence).collect(Collectors.joining("; "));
    }

    private List<SpaceRequirement> missing() {
        return packages().stream().filter(SpaceRequirement::isMissing).toList();
    }

    /// What each file system must have free before the next step.
    List<SpaceRequirement> packages() {
        return switch (observed.dataDirectory()) {
            case DataDirectory.Cluster cluster -> forServer(cluster.control().walSegment());
            case DataDirectory.Missing _, DataDirectory.Empty _ ->
                    switch (settings.mode()) {
                        case Mode.Standalone _, Mode.NativePrimary _ -> forNewCluster();
                        // How big a clone gets, its primary knows.
                        case Mode.NativeReplica _, Mode.NativeAuto _, Mode.Patroni _ -> List.of();
                    };
            // What it built is thrown away first, or is moved, which takes no room.
            case DataDirectory.Interrupted _, DataDirectory.Foreign _, DataDirectory.Damaged _ ->
                    List.of();
            case DataDirectory.OtherMajor(int _, var old) ->
                    old.flatMap(found ->
                                    found.answer()
                                            .map(answer ->
                                                    forUpgrade(
                                                            answer, found.control().walSegment())))
                            .orElse(List.of());
        };
    }

    /// Hard links take no room, and neither do copies that share their blocks.
    private List<SpaceRequirement> forUpgrade(OldServer answer, long segment) {
        boolean copied =
                settings.volume().onOldMajor() == VolumeUse.OnOldMajor.COPY && !answer.shares();
        long wal = (SEGMENTS + 1) * segment;
        String segments = SEGMENTS + 1 + " WAL segments of " + Measures.bytes(segment);
        return volume.data().stream()
                .map(space ->
                        copied
                                ? new SpaceRequirement(
                                        space,
                                        NEW_CLUSTER + wal + answer.bytes(),
                                        "a copy of all databases and " + segments)
                                : new SpaceRequirement(
                                        space,
                                        NEW_CLUSTER + wal,
                                        "a new cluster beside the old one, and " + segments))
                .toList();
    }

    private List<SpaceRequirement> forServer(long segment) {
        String why = "%s WAL segments of %s".formatted(SEGMENTS, Measures.bytes(segment));
        return all().stream()
                .map(space -> new SpaceRequirement(space, SEGMENTS * segment, why))
                .toList();
    }

    private List<SpaceRequirement> forNewCluster() {
        long segment = chosenSegment();
        long wal = (SEGMENTS + 1) * segment;
        String segments = SEGMENTS + 1 + " WAL segments of " + Measures.bytes(segment);
        List<SpaceRequirement> packages = new ArrayList<>();
        volume.data()
                .ifPresent(space ->
                        packages.add(
                                volume.wal().isPresent()
                                        ? new SpaceRequirement(space, NEW_CLUSTER, "a new cluster")
                                        : new SpaceRequirement(
                                                space,
                                                NEW_CLUSTER + wal,
                                                "a new cluster and " + segments)));
        volume.wal().ifPresent(space -> packages.add(new SpaceRequirement(space, wal, segments)));
        return packages;
    }

    private List<Space> all() {
        List<Space> all = new ArrayList<>();
        volume.data().ifPresent(all::add);
        volume.wal().ifPresent(all::add);
        return all;
    }

    /// `--wal-segsize=1` or `--wal-segsize 1`, in megabytes.
    private long chosenSegment() {
        List<String> words = settings.initdb().arguments();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean next = word.equals(SEGMENT_OPTION) && i + 1 < words.size();
            String value =
                    word.startsWith(SEGMENT_OPTION + "=")
                            ? word.substring(SEGMENT_OPTION.length() + 1)
                            : next ? words.get(i + 1) : "";
            // initdb allows 1 to 1024, and says so to the others.
            if (value.matches("\\d{1,4}")) {
                return Long.parseLong(value) << 20;
            }
        }
        return DEFAULT_SEGMENT;
    }

    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        volume.user()
                .ifPresent(user ->
                        warnings.add(
                                "%s is in use by %s: a start waits for it, %s s at most (VOLUME_WAIT)"
                                        .formatted(
                                                settings.dataDirectory(),
                                                user.describe(),
                                                settings.volume().timeout().toSeconds())));
        boolean empty =
                observed.dataDirectory() instanceof DataDirectory.Missing
                        || observed.dataDirectory() instanceof DataDirectory.Empty;
        if (empty && !volume.elsewhere().isEmpty()) {
            warnings.add(
                    """
                    %s is empty, but there is a cluster in %s: images of PostgreSQL 18 \
                    and newer keep their data at another place; set PGDATA to the one \
                    that you mean\
                    """
                            .formatted(
                                    settings.dataDirectory(),
                                    volume.elsewhere().stream()
                                            .map(Path::toString)
                                            .collect(Collectors.joining(", "))));
        }
        warnings.addAll(volume.warnings());
        return warnings;
    }
}
