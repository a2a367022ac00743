package io.pgentrypoint.plan;

import io.pgentrypoint.config.HbaBlock;
import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.config.PassFile;
import io.pgentrypoint.config.ServerConfiguration;
import io.pgentrypoint.config.Setting;
import io.pgentrypoint.config.SettingsFile;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.observe.wal.Loss;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.plan.rule.SlotBudget;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What can be found, as values.
public final class Volumes {

    static final int MAJOR = 17;
    static final String IDENTIFIER = "7301234567890123456";
    static final String OTHER_IDENTIFIER = "7309999999999999999";

    /// What a server runs with that nobody has tuned.
    static final Map<String, Integer> UNTUNED =
            Map.of(
                    "max_connections", 100,
                    "max_worker_processes", 8,
                    "max_wal_senders", 10,
                    "max_prepared_transactions", 0,
                    "max_locks_per_transaction", 64);

    static final Path DATA = Path.of("/var/lib/postgresql/data");

    /// A volume of a common size that nobody has a doubt about.
    static final Volume VOLUME = sized(50L << 30, 20L << 30);

    private Volumes() {}

    public static Volume sized(long total, long free) {
        return new Volume(
                Optional.empty(),
                new PostmasterPid.None(),
                Optional.of(new Space(DATA, total, free)),
                Optional.empty(),
                List.of(),
                List.of());
    }

    public static Observed holds(DataDirectory volume) {
        return new Observed(
                        new Installation(Path.of("/usr/lib/postgresql/17/bin"), MAJOR),
                        volume,
                        Optional.empty())
                .with(VOLUME);
    }

    /// One of each kind, by name.
    static Map<String, DataDirectory> each() {
        Map<String, DataDirectory> volumes = new LinkedHashMap<>();
        volumes.put("missing", new DataDirectory.Missing());
        volumes.put("empty", new DataDirectory.Empty());
        volumes.put("interrupted-building", Volumes.building(Optional.empty()));
        volumes.put("interrupted-publishing", Volumes.publishing());
        volumes.put("primary", Volumes.primary(ManagedFiles.none()));
        volumes.put("standby", Volumes.standby(ManagedFiles.none()));
        volumes.put("standby-without-signal", Volumes.standbyWithoutSignal(ManagedFiles.none()));
        volumes.put("other-major", new DataDirectory.OtherMajor(15));
        volumes.put("foreign", Volumes.foreign());
        volumes.put("damaged", Volumes.damaged());
        return volumes;
    }

    static Observed on(Volume place, DataDirectory volume) {
        return holds(volume).with(place);
    }

    public static Observed with(Upstream upstream, DataDirectory volume) {
        return holds(volume).under(upstream, Optional.empty());
    }

    /// And remembers what it was run as.
    public static Observed remembering(Observed volume, NodeState node) {
        return volume.with(node);
    }

    /// What a start with these settings writes down.
    public static NodeState recorded(Settings settings) {
        return switch (settings.mode()) {
            case Mode.Standalone _ -> NodeState.of(NodeState.Role.STANDALONE);
            case Mode.NativePrimary _ -> NodeState.of(NodeState.Role.PRIMARY);
            case Mode.NativeReplica replica ->
                    NodeState.of(NodeState.Role.REPLICA)
                            .replica(replica.name(), replica.slot().given());
            case Mode.NativeAuto _ ->
                    throw new AssertionError("it writes nothing down before it has a role");
            case Mode.Patroni _ -> NodeState.of(NodeState.Role.MEMBER);
        };
    }

    public static Upstream answers() {
        return answers(UNTUNED);
    }

    public static Upstream answers(Map<String, Integer> standbySettings) {
        return new Upstream.Answered(IDENTIFIER, 1, "0/3000148", MAJOR, "replica", standbySettings);
    }

    static Upstream answersAs(String identifier, int major) {
        return new Upstream.Answered(identifier, 1, "0/3000148", major, "replica", UNTUNED);
    }

    static Upstream answersOn(int timeline) {
        return new Upstream.Answered(IDENTIFIER, timeline, "0/3000148", MAJOR, "replica", UNTUNED);
    }

    static Upstream unproven() {
        return new Upstream.Unusable(
                Upstream.Reason.UNPROVEN, "it asks for the password in clear text");
    }

    /// Seen by a release whose libpq gives the password to whoever asks for it.
    static Observed onMajor15(Upstream upstream, DataDirectory volume) {
        return new Observed(
                        new Installation(Path.of("/usr/lib/postgresql/15/bin"), 15),
                        volume,
                        Optional.of(upstream))
                .with(VOLUME);
    }

    public static Upstream refuses() {
        return new Upstream.Unusable(Upstream.Reason.REFUSED, "Connection refused");
    }

    static DataDirectory building(Optional<Path> wal) {
        return new DataDirectory.Interrupted(
                new Journal(
                        Journal.OnRestart.DISCARD,
                        Relocation.firstBoot(
                                wal.stream()
                                        .map(place ->
                                                Relocation.External.wal(
                                                        place,
                                                        place.resolve(
                                                                "pgsql_tmp_entrypoint-0f1e2d")))
                                        .toList())));
    }

    static DataDirectory runningScripts() {
        return new DataDirectory.Interrupted(
                new Journal(
                        Journal.OnRestart.DISCARD,
                        Relocation.firstBoot(List.of())
                                .proven(
                                        new Relocation.Proof(
                                                IDENTIFIER, "entrypoint.first_boot=1"))));
    }

    static DataDirectory publishing() {
        return new DataDirectory.Interrupted(
                new Journal(
                        Journal.OnRestart.ROLL_FORWARD,
                        Relocation.firstBoot(List.of())
                                .moving(List.of("PG_VERSION", "base", "global"))));
    }

    static DataDirectory moved(Journal.OnRestart onRestart) {
        return new DataDirectory.Interrupted(
                new Journal(onRestart, Relocation.of(Relocation.Purpose.REWIND, "staging")));
    }

    public static Observed with(
            Upstream upstream, DataDirectory volume, HistoryComparison comparison) {
        return with(upstream, volume).with(comparison);
    }

    /// The upstream on the timeline that follows ours.
    static Upstream promoted() {
        return new Upstream.Answered(IDENTIFIER, 2, "0/5000148", MAJOR, "replica", UNTUNED);
    }

    static Ancestry follows() {
        return new Ancestry.Follows(1, Lsn.parse("0/30000D8"));
    }

    static Ancestry diverged() {
        return new Ancestry.Diverged(1, Lsn.parse("0/302EC58"), Lsn.parse("0/3085158"));
    }

    static Ancestry ahead() {
        return new Ancestry.Ahead(1, Lsn.parse("0/4000000"), Lsn.parse("0/3000148"));
    }

    static Ancestry behind() {
        return new Ancestry.UpstreamBehind(2, 1);
    }

    static Ancestry unknown(boolean sameTimeline) {
        return new Ancestry.Unknown(
                "pg_waldump does not tell the end of its WAL from 0/3000060 on: bad day",
                sameTimeline);
    }

    static Loss loss() {
        return new Loss(
                0x3085158 - 0x302EC58,
                6,
                List.of(
                        new Loss.Touched("1663/5/16384", 5000, Optional.of("postgres: orders")),
                        new Loss.Touched("1663/5/2619", 12, Optional.empty())),
                true);
    }

    static HistoryComparison comparison(Ancestry ancestry) {
        return new HistoryComparison(ancestry, false);
    }

    static HistoryComparison diverged(List<String> rewindBlockers, List<String> moveAsideBlockers) {
        return new HistoryComparison(
                diverged(),
                false,
                Optional.of(loss()),
                Optional.empty(),
                rewindBlockers,
                moveAsideBlockers);
    }

    static HistoryComparison withoutWal(List<String> moveAsideBlockers) {
        return new HistoryComparison(
                follows(),
                false,
                Optional.empty(),
                Optional.of(
                        "requested WAL segment 000000010000000000000003 has already been removed"),
                List.of(),
                moveAsideBlockers);
    }

    static List<HistoryComparison> comparisons() {
        List<String> reasons = List.of("its place is too small");
        List<HistoryComparison> all =
                new ArrayList<>(
                        List.of(
                                diverged(List.of(), List.of()),
                                diverged(reasons, reasons),
                                withoutWal(List.of()),
                                withoutWal(reasons)));
        for (Ancestry ancestry :
                List.of(follows(), ahead(), behind(), unknown(true), unknown(false))) {
            all.add(comparison(ancestry));
            all.add(new HistoryComparison(ancestry, true));
        }
        return all;
    }

    static DataDirectory primaryOn(int timeline) {
        return new DataDirectory.Cluster(
                new ControlData(IDENTIFIER, "shut down", timeline, "0/3000060", "replica", UNTUNED),
                DataDirectory.Role.PRIMARY,
                ManagedFiles.none());
    }

    public static DataDirectory primary(ManagedFiles files) {
        return cluster(DataDirectory.Role.PRIMARY, "shut down", files, UNTUNED);
    }

    static DataDirectory baseBackup() {
        DataDirectory.Cluster primary =
                (DataDirectory.Cluster)
                        cluster(
                                DataDirectory.Role.PRIMARY,
                                "in production",
                                ManagedFiles.none(),
                                UNTUNED);
        return new DataDirectory.Cluster(primary.control(), primary.role(), primary.files(), true);
    }

    public static DataDirectory standby(ManagedFiles files) {
        return standby(files, UNTUNED);
    }

    public static DataDirectory standby(ManagedFiles files, Map<String, Integer> standbySettings) {
        return cluster(DataDirectory.Role.STANDBY, "shut down in recovery", files, standbySettings);
    }

    static DataDirectory standbyWithoutSignal(ManagedFiles files) {
        return cluster(
                DataDirectory.Role.STANDBY_WITHOUT_SIGNAL, "in archive recovery", files, UNTUNED);
    }

    private static DataDirectory cluster(
            DataDirectory.Role role,
            String state,
            ManagedFiles files,
            Map<String, Integer> standbySettings) {
        return new DataDirectory.Cluster(
                new ControlData(IDENTIFIER, state, 1, "0/3000060", "replica", standbySettings),
                role,
                files);
    }

    static DataDirectory foreign() {
        return new DataDirectory.Foreign(
                List.of("Maildir", "a.txt", "b.txt", "c.txt", "d.txt", "e.txt"));
    }

    static DataDirectory damaged() {
        return new DataDirectory.Damaged(
                "it has PG_VERSION and no global/pg_control: it was never finished, by an initdb or"
                        + " a base backup that was killed");
    }

    /// What a start with these settings leaves behind.
    public static ManagedFiles written(Settings settings) {
        return written(settings, UNTUNED);
    }

    public static ManagedFiles written(Settings settings, Map<String, Integer> standbySettings) {
        Optional<Secret> passFile =
                settings.mode() instanceof Mode.NativeReplica replica
                        ? Optional.of(PassFile.text(replica.upstream()))
                        : Optional.empty();
        List<Setting> configuration =
                ServerConfiguration.of(
                        settings,
                        new Layout(settings.dataDirectory()),
                        new MinimumSettings(standbySettings, "replica"),
                        SlotBudget.of(VOLUME),
                        MAJOR);
        return new ManagedFiles(
                Optional.of(configuration).filter(any -> !any.isEmpty()).map(SettingsFile::text),
                !configuration.isEmpty(),
                HbaBlock.text(settings),
                Set.of(),
                passFile);
    }
}
