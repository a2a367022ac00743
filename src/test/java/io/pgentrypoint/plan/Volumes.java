package io.pgentrypoint.plan;

import io.pgentrypoint.observe.ControlData;
import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.Installation;
import io.pgentrypoint.observe.Journal;
import io.pgentrypoint.observe.ManagedFiles;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Upstream;
import io.pgentrypoint.render.Floor;
import io.pgentrypoint.render.HbaBlock;
import io.pgentrypoint.render.PassFile;
import io.pgentrypoint.render.ServerConfiguration;
import io.pgentrypoint.render.Setting;
import io.pgentrypoint.render.SettingsFile;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Mode;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What can be found, as values.
final class Volumes {

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

    private Volumes() {}

    static Observed holds(DataDirectory volume) {
        return new Observed(
                new Installation(Path.of("/usr/lib/postgresql/17/bin"), MAJOR),
                volume,
                Optional.empty());
    }

    static Observed with(Upstream upstream, DataDirectory volume) {
        Observed observed = holds(volume);
        return new Observed(observed.installation(), volume, Optional.of(upstream));
    }

    static Upstream answers() {
        return answers(UNTUNED);
    }

    static Upstream answers(Map<String, Integer> standbySettings) {
        return new Upstream.Answered(IDENTIFIER, 1, "0/3000148", MAJOR, "replica", standbySettings);
    }

    static Upstream answersAs(String identifier, int major) {
        return new Upstream.Answered(identifier, 1, "0/3000148", major, "replica", UNTUNED);
    }

    static Upstream refuses() {
        return new Upstream.Unusable(Upstream.Reason.REFUSED, "Connection refused");
    }

    static DataDirectory building(Optional<Path> wal) {
        return new DataDirectory.Interrupted(new Journal(Journal.Phase.BUILDING, wal, List.of()));
    }

    static DataDirectory runningScripts() {
        return new DataDirectory.Interrupted(
                new Journal(
                        Journal.Phase.RUNNING_SCRIPTS,
                        Optional.empty(),
                        List.of(),
                        Optional.of(new Journal.Proof(IDENTIFIER, "entrypoint.first_boot=1"))));
    }

    static DataDirectory publishing() {
        return new DataDirectory.Interrupted(
                new Journal(
                        Journal.Phase.PUBLISHING,
                        Optional.empty(),
                        List.of("PG_VERSION", "base", "global")));
    }

    static DataDirectory primary(ManagedFiles files) {
        return cluster(DataDirectory.Role.PRIMARY, "shut down", files, UNTUNED);
    }

    static DataDirectory standby(ManagedFiles files) {
        return standby(files, UNTUNED);
    }

    static DataDirectory standby(ManagedFiles files, Map<String, Integer> standbySettings) {
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
    static ManagedFiles written(Settings settings) {
        return written(settings, UNTUNED);
    }

    static ManagedFiles written(Settings settings, Map<String, Integer> standbySettings) {
        Optional<Secret> passFile =
                settings.mode() instanceof Mode.NativeReplica replica
                        ? Optional.of(PassFile.text(replica))
                        : Optional.empty();
        List<Setting> configuration =
                ServerConfiguration.of(
                        settings,
                        new Layout(settings.dataDirectory()),
                        new Floor(standbySettings, "replica"));
        return new ManagedFiles(
                Optional.of(configuration).filter(any -> !any.isEmpty()).map(SettingsFile::text),
                !configuration.isEmpty(),
                HbaBlock.text(settings),
                Set.of(),
                passFile);
    }
}
