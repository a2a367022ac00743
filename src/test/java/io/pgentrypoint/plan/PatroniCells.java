package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.patroni.Dcs;
import io.pgentrypoint.patroni.PatroniEnvironment;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// The row of the decision table for Patroni, and the way home from it.
final class PatroniCells {

    /// Adds a cell.
    interface Sink {
        void cell(String name, Settings settings, Observed observed);
    }

    private static final Dcs EMPTY = new Dcs.Answered(Optional.empty(), Optional.empty());
    private static final Dcs KNOWN =
            new Dcs.Answered(Optional.of(Volumes.IDENTIFIER), Optional.empty());
    private static final Dcs LED =
            new Dcs.Answered(Optional.of(Volumes.IDENTIFIER), Optional.of("other"));
    private static final Dcs FOREIGN =
            new Dcs.Answered(Optional.of(Volumes.OTHER_IDENTIFIER), Optional.of("other"));

    private final Sink sink;

    PatroniCells(Sink sink) {
        this.sink = sink;
    }

    void add() {
        Volumes.each()
                .forEach((name, volume) ->
                        sink.cell("patroni-" + name, patroni(), observed(volume, EMPTY, false)));
        adoption();
        members();
        wayHome();
        sink.cell(
                "patroni-empty-store-down",
                patroni(),
                observed(
                        new DataDirectory.Empty(),
                        new Dcs.Unusable(Dcs.Reason.REFUSED, "etcd1:2379: Connection refused"),
                        false));
        sink.cell(
                "patroni-empty-without-the-program",
                patroni(),
                observed(
                        new DataDirectory.Empty(),
                        new PatroniEnvironment(
                                false,
                                false,
                                false,
                                false,
                                Optional.empty(),
                                Set.of(),
                                member(EMPTY, false))));
    }

    private void adoption() {
        ManagedFiles written = Volumes.written(parse(Environments.primary()));
        ManagedFiles overridden =
                new ManagedFiles(
                        written.settings(),
                        true,
                        written.hbaBlock(),
                        Set.of("synchronous_standby_names", "work_mem", "primary_conninfo"),
                        Optional.empty());
        sink.cell(
                "patroni-that-was-a-native-primary",
                patroni(),
                observed(
                                Volumes.primary(overridden),
                                new PatroniEnvironment(
                                        false,
                                        false,
                                        true,
                                        true,
                                        Optional.empty(),
                                        Set.of("synchronous_standby_names"),
                                        member(EMPTY, true)))
                        .with(NodeState.of(NodeState.Role.PRIMARY)));
        sink.cell(
                "patroni-that-was-a-native-replica",
                patroni(),
                observed(
                        Volumes.standby(Volumes.written(parse(Environments.replica()))),
                        LED,
                        false));
        sink.cell(
                "patroni-primary-beside-a-leader",
                patroni(),
                observed(Volumes.primary(ManagedFiles.none()), LED, false));
        sink.cell(
                "patroni-primary-of-another-cluster",
                patroni(),
                observed(Volumes.primary(ManagedFiles.none()), FOREIGN, false));
        sink.cell(
                "patroni-standby-store-not-readable",
                patroni(),
                observed(Volumes.standby(ManagedFiles.none()), new Dcs.Unread(), false));
    }

    private void members() {
        ManagedFiles written =
                new ManagedFiles(
                        Optional.empty(),
                        false,
                        Volumes.written(patroni()).hbaBlock(),
                        Set.of(),
                        Optional.empty());
        sink.cell(
                "patroni-leader-as-it-was",
                patroni(),
                observed(Volumes.primary(written), LED, true));
        sink.cell(
                "patroni-member-as-it-was",
                patroni(),
                observed(Volumes.standby(written), KNOWN, true));
        sink.cell(
                "patroni-member-whose-store-was-lost",
                patroni(),
                observed(Volumes.standby(written), EMPTY, true));
    }

    private void wayHome() {
        PatroniEnvironment left =
                new PatroniEnvironment(
                        true, false, true, false, Optional.of(false), Set.of(), Optional.empty());
        ManagedFiles files =
                new ManagedFiles(
                        Optional.empty(),
                        false,
                        Volumes.written(patroni()).hbaBlock(),
                        Set.of(),
                        Optional.empty());
        sink.cell(
                "standalone-that-was-under-patroni",
                parse(Environments.standalone("POSTGRES_PASSWORD", "superpass")),
                observed(Volumes.primary(files), left));
        sink.cell(
                "native-primary-that-was-under-patroni",
                parse(Environments.primary("POSTGRES_PASSWORD", "superpass")),
                observed(Volumes.primary(files), left));
        sink.cell(
                "native-primary-that-was-under-patroni-with-its-own-postgresql-conf",
                parse(Environments.primary("POSTGRES_PASSWORD", "superpass")),
                observed(
                        Volumes.primary(files),
                        new PatroniEnvironment(
                                true,
                                true,
                                true,
                                false,
                                Optional.empty(),
                                Set.of(),
                                Optional.empty())));
        Observed standby = Volumes.with(Volumes.answers(), Volumes.standby(files));
        sink.cell(
                "native-replica-that-was-under-patroni",
                parse(Environments.replica()),
                standby.with(left));
    }

    private static Settings patroni() {
        return parse(Environments.patroni());
    }

    private static Optional<PatroniEnvironment.Member> member(Dcs dcs, boolean installed) {
        return Optional.of(
                new PatroniEnvironment.Member(
                        dcs,
                        "10.0.0.7",
                        Path.of("/var/run/postgresql/entrypoint-patroni-5432"),
                        installed ? Optional.of(Path.of("/usr/bin/patroni")) : Optional.empty()));
    }

    /// A leader's volume of a cluster without Citus.
    static PatroniEnvironment withoutCitus() {
        return new PatroniEnvironment(
                true, false, true, false, Optional.of(false), Set.of(), member(EMPTY, true));
    }

    /// A member of a cluster that nobody has made yet.
    static PatroniEnvironment alone() {
        return new PatroniEnvironment(
                false, false, false, false, Optional.empty(), Set.of(), member(EMPTY, true));
    }

    private static Observed observed(DataDirectory volume, Dcs dcs, boolean layout) {
        return observed(
                volume,
                new PatroniEnvironment(
                        layout,
                        false,
                        layout,
                        false,
                        layout ? Optional.of(false) : Optional.empty(),
                        Set.of(),
                        member(dcs, true)));
    }

    private static Observed observed(DataDirectory volume, PatroniEnvironment patroniEnvironment) {
        return Volumes.holds(volume).with(patroniEnvironment);
    }
}
