package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The row of the decision table for Citus.
record CitusCells(PatroniCells.Sink sink) {

    void add() {
        Map<String, DataDirectory> volumes = new LinkedHashMap<>();
        volumes.put("empty", new DataDirectory.Empty());
        volumes.put("primary", Volumes.primary(ManagedFiles.none()));
        volumes.put("standby", Volumes.standby(ManagedFiles.none()));
        volumes.put("foreign", Volumes.foreign());
        volumes.forEach((name, volume) -> {
            sink.cell("citus-coordinator-" + name, citus(), installed(volume));
            sink.cell("citus-worker-" + name, worker(), installed(volume));
        });
        sink.cell(
                "citus-empty-without-the-library",
                citus(),
                Volumes.holds(new DataDirectory.Empty()));
        sink.cell(
                "citus-with-a-database-of-its-own",
                citus("CITUS_DATABASE", "shards", "POSTGRES_DB", "app"),
                installed(new DataDirectory.Empty()));
        left();
        adoption();
    }

    private void adoption() {
        Settings member = parse(Environments.patroni("USE_CITUS", "true", "CITUS_GROUP", "0"));
        Observed primary =
                installed(Volumes.primary(ManagedFiles.none())).with(PatroniCells.alone());
        sink.cell("citus-patroni-that-was-standalone", member, primary);
        sink.cell(
                "citus-patroni-that-was-without-citus",
                member,
                primary.with(PatroniCells.withoutCitus()));
        sink.cell(
                "citus-patroni-that-was-a-coordinator",
                member,
                primary.with(NodeState.of(NodeState.Role.STANDALONE).ofCitus(Optional.of("app"))));
    }

    /// Its tables are distributed, and USE_CITUS is not set any more.
    private void left() {
        Observed coordinator =
                installed(Volumes.primary(ManagedFiles.none()))
                        .with(NodeState.of(NodeState.Role.STANDALONE).ofCitus(Optional.of("app")));
        sink.cell("citus-volume-standalone", parse(Environments.standalone()), coordinator);
        sink.cell("citus-volume-native-primary", parse(Environments.primary()), coordinator);
        sink.cell("citus-volume-native-replica", parse(Environments.replica()), coordinator);
        sink.cell(
                "citus-volume-standalone-without-the-library",
                parse(Environments.standalone()),
                Volumes.holds(Volumes.primary(ManagedFiles.none()))
                        .with(NodeState.of(NodeState.Role.STANDALONE).ofCitus(Optional.of("app"))));
    }

    private static Observed installed(DataDirectory volume) {
        return Volumes.holds(volume).withCitus();
    }

    private static Settings citus(String... pairs) {
        return parse(Environments.citus(pairs));
    }

    private static Settings worker() {
        return citus("CITUS_ROLE", "worker", "CITUS_COORDINATOR_HOST", "coordinator");
    }
}
