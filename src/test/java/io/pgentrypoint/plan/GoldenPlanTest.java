package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.config.Setting;
import io.pgentrypoint.config.SettingsFile;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.observe.scripts.Scripts;
import io.pgentrypoint.observe.upstream.Tablespaces;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.volume.ClusterContents;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.observe.volume.PostmasterPid;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.observe.wal.HistoryComparison;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The decision table, one file a cell: what is planned, or why it is refused.
class GoldenPlanTest {

    private static final Path FILES = Path.of("src/test/resources/io/pgentrypoint/plan");
    private static final Path WAL = Path.of("/wal/pg_wal");

    private record Cell(String name, Settings settings, Observed observed) {}

    private final List<Cell> cells = new ArrayList<>();

    GoldenPlanTest() {
        everyVolumeInEveryMode();
        existingNodes();
        firstBootsWithChoices();
        replicasAndTheirPrimary();
        argumentsAndSettings();
        volumesOfAnotherImage();
        replicasWithAHistory();
        synchronousPrimaries();
        movesThatWereInterrupted();
        volumesThemselves();
        whatTheFilesShow();
        scripts();
        new PatroniCells(this::cell).add();
        new CitusCells(this::cell).add();
        new PeerCells(this::cell).add();
        new RoleCells(this::cell).add();
        new UpgradeCells(this::cell).add();
        new TlsCells(this::cell).add();
    }

    @TestFactory
    Stream<DynamicTest> each_cell_is_decided_as_its_file_says() {
        return cells.stream()
                .map(cell ->
                        DynamicTest.dynamicTest(
                                cell.name(),
                                () -> Golden.matches("plan/" + cell.name() + ".txt", text(cell))));
    }

    @Test
    void there_is_no_file_without_a_cell() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrderElementsOf(
                            cells.stream().map(cell -> cell.name() + ".txt").toList());
        }
    }

    private static String text(Cell cell) {
        try {
            return String.join("\n", PlanText.lines(Planner.plan(cell.settings(), cell.observed())))
                    + "\n";
        } catch (Refusal refusal) {
            return "refused with "
                    + refusal.exitCode()
                    + ": "
                    + refusal.reason()
                    + "\n  "
                    + refusal.remedy()
                    + "\n";
        }
    }

    private void cell(String name, Settings settings, Observed observed) {
        cells.add(new Cell(name, settings, observed));
    }

    private void cell(String name, Settings settings, DataDirectory volume) {
        cells.add(new Cell(name, settings, Volumes.holds(volume)));
    }

    private void cell(String name, Settings settings, Upstream upstream, DataDirectory volume) {
        cells.add(new Cell(name, settings, Volumes.with(upstream, volume)));
    }

    /// On a volume that was run with those other settings before.
    private void cellAfter(
            String name, Settings before, Settings settings, Upstream upstream, DataDirectory now) {
        cells.add(
                new Cell(
                        name,
                        settings,
                        Volumes.remembering(
                                Volumes.with(upstream, now), Volumes.recorded(before))));
    }

    private void cellAfter(String name, Settings before, Settings settings, DataDirectory now) {
        cells.add(
                new Cell(
                        name,
                        settings,
                        Volumes.remembering(Volumes.holds(now), Volumes.recorded(before))));
    }

    private static Settings standalone(String... pairs) {
        Map<String, String> environment = Environments.standalone("POSTGRES_PASSWORD", "superpass");
        environment.putAll(Environments.standalone(pairs));
        return parse(environment);
    }

    private static Settings primary(String... pairs) {
        Map<String, String> environment = Environments.primary("POSTGRES_PASSWORD", "superpass");
        environment.putAll(Environments.standalone(pairs));
        return parse(environment);
    }

    private static Settings replica(String... pairs) {
        return parse(Environments.replica(pairs));
    }

    private void everyVolumeInEveryMode() {
        Volumes.each()
                .forEach((name, volume) -> {
                    cell("standalone-" + name, standalone(), volume);
                    cell("native-primary-" + name, primary(), volume);
                    cell("native-replica-" + name, replica(), Volumes.answers(), volume);
                });
    }

    private void existingNodes() {
        cellAfter(
                "standalone-as-it-was",
                standalone(),
                standalone(),
                Volumes.primary(Volumes.written(standalone())));
        cellAfter(
                "native-primary-as-it-was",
                primary(),
                primary(),
                Volumes.primary(Volumes.written(primary())));
        cell(
                "native-primary-that-was-standalone",
                primary(),
                Volumes.primary(Volumes.written(standalone())));
        cellAfter(
                "standalone-that-was-a-native-primary",
                primary(),
                standalone(),
                Volumes.primary(Volumes.written(primary())));
        cell(
                "native-primary-without-its-include-line",
                primary(),
                Volumes.primary(
                        changed(
                                primary(),
                                files ->
                                        new ManagedFiles(
                                                files.settings(),
                                                false,
                                                files.hbaBlock(),
                                                files.autoSettings(),
                                                files.passFile()))));
        cellAfter(
                "native-replica-as-it-was",
                replica(),
                replica(),
                Volumes.answers(),
                Volumes.standby(Volumes.written(replica())));
        cell(
                "native-replica-with-another-password",
                replica(),
                Volumes.answers(),
                Volumes.standby(
                        changed(
                                replica(),
                                files ->
                                        new ManagedFiles(
                                                files.settings(),
                                                true,
                                                files.hbaBlock(),
                                                files.autoSettings(),
                                                Optional.of(
                                                        new Secret(
                                                                "db1:5432:replication:replicator:old"))))));
        cell(
                "native-replica-with-overriding-auto-settings",
                replica(),
                Volumes.answers(),
                Volumes.standby(
                        changed(
                                replica(),
                                files ->
                                        new ManagedFiles(
                                                files.settings(),
                                                true,
                                                files.hbaBlock(),
                                                Set.of(
                                                        "primary_conninfo",
                                                        "work_mem",
                                                        "recovery_target_lsn"),
                                                files.passFile()))));
    }

    /// Commits wait for a standby only from when one streams.
    private void synchronousPrimaries() {
        Settings synchronous = primary("SYNCHRONOUS_STANDBYS", "ANY 1 (*)");
        cell("native-primary-empty-synchronous", synchronous, new DataDirectory.Empty());
        DataDirectory waiting = Volumes.primary(waiting(Volumes.written(synchronous)));
        cell("native-primary-synchronous-as-it-was", synchronous, waiting);
        cells.add(
                new Cell(
                        "native-primary-synchronous-reloaded",
                        synchronous,
                        Volumes.holds(waiting).whileServing()));
        cell("standalone-that-was-synchronous", standalone(), waiting);
        cell(
                "native-replica-synchronous",
                replica("SYNCHRONOUS_STANDBYS", "ANY 1 (*)"),
                Volumes.answers(),
                Volumes.standby(ManagedFiles.none()));
    }

    private static ManagedFiles waiting(ManagedFiles files) {
        return new ManagedFiles(
                files.settings()
                        .map(text ->
                                text
                                        + SettingsFile.line(
                                                new Setting(
                                                        "synchronous_standby_names",
                                                        "ANY 1 (*)",
                                                        "SYNCHRONOUS_STANDBYS"))),
                files.settingsIncluded(),
                files.hbaBlock(),
                files.autoSettings(),
                files.passFile());
    }

    /// Bitnami's image keeps these files outside the data directory.
    private void volumesOfAnotherImage() {
        ManagedFiles bare =
                new ManagedFiles(
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Set.of(),
                        Optional.empty(),
                        Set.copyOf(ManagedFiles.CONFIGURATION));
        cell("standalone-base-backup", standalone(), Volumes.baseBackup());
        cell("standalone-without-configuration-files", standalone(), Volumes.primary(bare));
        cell("native-primary-without-configuration-files", primary(), Volumes.primary(bare));
        cell(
                "native-replica-without-configuration-files",
                replica(),
                Volumes.answers(),
                Volumes.standby(bare));
        cell(
                "standalone-with-configuration-files-elsewhere",
                parse(
                        Environments.standalone(),
                        "-c",
                        "config_file=/etc/postgresql/postgresql.conf",
                        "-c",
                        "hba_file=/etc/postgresql/pg_hba.conf"),
                Volumes.primary(bare));
    }

    private static ManagedFiles changed(
            Settings settings, Function<ManagedFiles, ManagedFiles> change) {
        return change.apply(Volumes.written(settings));
    }

    private void firstBootsWithChoices() {
        DataDirectory empty = new DataDirectory.Empty();
        cell("standalone-empty-without-password", parse(Environments.standalone()), empty);
        cell("native-primary-empty-without-password", parse(Environments.primary()), empty);
        cell(
                "standalone-empty-trusting",
                parse(Environments.standalone("POSTGRES_HOST_AUTH_METHOD", "trust")),
                empty);
        cell(
                "standalone-empty-with-names",
                standalone(
                        "POSTGRES_USER", "my owner",
                        "POSTGRES_DB", "my db",
                        "POSTGRES_INITDB_ARGS", "--data-checksums --locale='C UTF'",
                        "PGDATA", "/data/node 1"),
                empty);
        cell("standalone-empty-without-fsync", standalone("POSTGRES_CONF_fsync", "off"), empty);
        cell(
                "native-primary-empty-with-wal-directory",
                primary("POSTGRES_INITDB_WALDIR", WAL.toString()),
                empty);
        cell(
                "native-primary-interrupted-with-wal-directory",
                primary("POSTGRES_INITDB_WALDIR", WAL.toString()),
                Volumes.building(Optional.of(WAL)));
        cell(
                "native-replica-empty-with-wal-directory",
                replica("POSTGRES_INITDB_WALDIR", WAL.toString()),
                Volumes.answers(),
                empty);
        cell(
                "native-replica-empty-with-slot",
                replica("REPLICATION_SLOT", "auto", "REPLICA_NAME", "Node-2"),
                Volumes.answers(),
                empty);
        withTablespaces(
                "empty-with-tablespaces",
                empty,
                new Tablespaces.At(List.of(Path.of("/ts/fast"), Path.of("/ts/slow"))));
        withTablespaces(
                "interrupted-with-a-tablespace",
                new DataDirectory.Interrupted(
                        new Journal(
                                Journal.OnRestart.DISCARD,
                                Relocation.firstBoot(
                                        List.of(
                                                Relocation.External.tablespace(
                                                        Path.of("/ts/fast"),
                                                        Path.of(
                                                                "/ts/fast/pgsql_tmp_entrypoint-0f1e2d")))))),
                new Tablespaces.At(List.of(Path.of("/ts/fast"))));
        withTablespaces(
                "empty-primary-hides-its-tablespaces",
                empty,
                new Tablespaces.Unanswered(
                        "no pg_hba.conf entry for host \"10.0.0.2\", user \"replicator\", database"
                                + " \"postgres\", no encryption"));
    }

    private void withTablespaces(String name, DataDirectory volume, Tablespaces tablespaces) {
        cells.add(
                new Cell(
                        "native-replica-" + name,
                        replica(),
                        Volumes.with(Volumes.answers(), volume).with(tablespaces)));
    }

    private void scripts() {
        Path init = Path.of("/docker-entrypoint-initdb.d");
        Path start = Path.of("/docker-entrypoint-startdb.d");
        ScriptDirectory atInit =
                new ScriptDirectory(
                        init,
                        List.of(
                                script(init, "10-schema.sql", Script.Use.SQL, ""),
                                script(init, "20-dump.sql.gz", Script.Use.SQL_GZ, ""),
                                script(
                                        init,
                                        "30-users.sh",
                                        Script.Use.RUN,
                                        "it has CRLF; dos2unix"),
                                script(init, "README.md", Script.Use.IGNORE, "")),
                        Optional.empty());
        ScriptDirectory atStart =
                new ScriptDirectory(
                        start,
                        List.of(script(start, "grants.sh", Script.Use.SOURCE, "")),
                        Optional.empty());
        DataDirectory empty = new DataDirectory.Empty();
        Scripts both = new Scripts(atInit, atStart);
        cell(
                "native-primary-empty-with-scripts",
                primary("POSTGRES_DB", "app"),
                with(both, empty, List.of()));
        cell(
                "standalone-empty-with-scripts-without-fsync",
                standalone("POSTGRES_CONF_fsync", "off"),
                with(new Scripts(atInit, ScriptDirectory.none(start)), empty, List.of()));
        cell(
                "standalone-interrupted-running-scripts",
                standalone(),
                with(
                        new Scripts(atInit, ScriptDirectory.none(start)),
                        Volumes.runningScripts(),
                        List.of()));
        cell(
                "standalone-primary-with-start-scripts",
                standalone("POSTGRES_PASSWORD_SYNC", "true"),
                with(both, Volumes.primary(ManagedFiles.none()), List.of()));
        cell(
                "standalone-empty-beside-older-data",
                standalone(),
                with(Scripts.none(), empty, List.of("/var/lib/postgresql/data")));
    }

    private static Script script(Path directory, String name, Script.Use use, String doubt) {
        return new Script(
                directory.resolve(name), use, Optional.of(doubt).filter(text -> !text.isEmpty()));
    }

    private static Observed with(Scripts scripts, DataDirectory volume, List<String> legacyData) {
        return Volumes.holds(volume).with(scripts).withLegacyData(legacyData);
    }

    private void replicasAndTheirPrimary() {
        DataDirectory empty = new DataDirectory.Empty();
        cell("native-replica-empty-primary-down", replica(), Volumes.refuses(), empty);
        cell(
                "native-replica-interrupted-primary-down",
                replica(),
                Volumes.refuses(),
                Volumes.building(Optional.empty()));
        cell(
                "native-replica-publishing-primary-down",
                replica(),
                Volumes.refuses(),
                Volumes.publishing());
        cell(
                "native-replica-empty-primary-of-another-major",
                replica(),
                Volumes.answersAs(Volumes.IDENTIFIER, 16),
                empty);
        cell(
                "native-replica-standby-primary-down",
                replica(),
                Volumes.refuses(),
                Volumes.standby(Volumes.written(replica())));
        cell(
                "native-replica-standby-primary-unproven",
                replica(),
                Volumes.unproven(),
                Volumes.standby(Volumes.written(replica())));
        cell(
                "native-replica-standby-primary-unproven-on-15",
                replica(),
                Volumes.onMajor15(Volumes.unproven(), Volumes.standby(Volumes.written(replica()))));
        cell(
                "native-replica-standby-of-another-cluster",
                replica(),
                Volumes.answersAs(Volumes.OTHER_IDENTIFIER, Volumes.MAJOR),
                Volumes.standby(Volumes.written(replica())));
        cell(
                "native-replica-primary-of-another-cluster",
                replica(),
                Volumes.answersAs(Volumes.OTHER_IDENTIFIER, Volumes.MAJOR),
                Volumes.primary(ManagedFiles.none()));
        Settings slotted = replica("REPLICATION_SLOT", "slot_2");
        cellAfter(
                "native-replica-standby-with-slot",
                slotted,
                slotted,
                Volumes.answers(),
                Volumes.standby(Volumes.written(slotted)));
        cell(
                "native-replica-standby-with-slot-primary-down",
                slotted,
                Volumes.refuses(),
                Volumes.standby(Volumes.written(slotted)));
        Settings elsewhere = replica("REPLICATION_SLOT", "auto", "REPLICA_NAME", "Node-2");
        Settings remade = replica("REPLICATION_SLOT", "auto");
        cellAfter(
                "native-replica-standby-under-its-kept-name",
                elsewhere,
                remade,
                Volumes.answers(),
                Volumes.standby(Volumes.written(elsewhere)));
        cellAfter(
                "native-replica-empty-under-its-kept-name",
                elsewhere,
                remade,
                Volumes.answers(),
                Volumes.building(Optional.empty()));
        cellAfter(
                "native-replica-standby-renamed",
                elsewhere,
                replica("REPLICATION_SLOT", "auto", "REPLICA_NAME", "r9"),
                Volumes.answers(),
                Volumes.standby(Volumes.written(elsewhere)));
        promotions();
        Map<String, Integer> tuned =
                Map.of("max_connections", 500, "max_prepared_transactions", 20);
        cell(
                "native-replica-empty-primary-with-more-connections",
                replica(),
                Volumes.answers(tuned),
                empty);
        cell(
                "native-replica-standby-of-a-primary-with-more-connections",
                replica(),
                Volumes.answers(tuned),
                Volumes.standby(Volumes.written(replica()), tuned));
    }

    private static NodeState promoted() {
        return Volumes.recorded(replica())
                .promoted(
                        NodeState.Role.PRIMARY,
                        new NodeState.Promotion(1, 2, "0/3000148", "2026-11-23T08:00:00Z"));
    }

    private void remembering(
            String name, Settings settings, Optional<Upstream> upstream, DataDirectory volume) {
        Map<String, NodeState> records =
                Map.of(
                        "promoting", Volumes.recorded(replica()).promoting(1),
                        "promoted", promoted(),
                        "by-hand", Volumes.recorded(replica()));
        String kind = name.substring(name.lastIndexOf(' ') + 1);
        Observed found =
                upstream.map(answer -> Volumes.with(answer, volume))
                        .orElseGet(() -> Volumes.holds(volume));
        cells.add(
                new Cell(
                        name.replace(' ', '-'),
                        settings,
                        Volumes.remembering(
                                found, Optional.ofNullable(records.get(kind)).orElseThrow())));
    }

    /// What follows a promotion, cut off or whole, by us or by hand.
    private void promotions() {
        DataDirectory standby = Volumes.standby(Volumes.written(replica()));
        DataDirectory unsigned = Volumes.standbyWithoutSignal(Volumes.written(replica()));
        DataDirectory primary = Volumes.primary(Volumes.written(primary()));
        Settings slotted = replica("REPLICATION_SLOT", "slot_2");
        cellAfter("standalone-standby-that-was-ours", slotted, standalone(), standby);
        cellAfter("native-primary-standby-that-was-ours", slotted, primary(), standby);
        cell(
                "native-primary-standby-with-a-delay-and-a-target",
                primary(
                        "POSTGRES_CONF_recovery_min_apply_delay", "1h",
                        "POSTGRES_CONF_recovery_target_lsn", "0/5000000"),
                Volumes.standby(
                        changed(
                                replica(),
                                files ->
                                        new ManagedFiles(
                                                files.settings(),
                                                true,
                                                files.hbaBlock(),
                                                Set.of("primary_conninfo", "recovery_target_time"),
                                                files.passFile()))));
        remembering("standalone-standby promoting", standalone(), Optional.empty(), standby);
        remembering("native-primary-standby promoting", primary(), Optional.empty(), standby);
        remembering(
                "native-primary-standby-without-signal promoting",
                primary(),
                Optional.empty(),
                unsigned);
        remembering("native-primary-primary promoting", primary(), Optional.empty(), primary);
        remembering("native-primary-primary promoted", primary(), Optional.empty(), primary);
        remembering("native-primary-primary by-hand", primary(), Optional.empty(), primary);
        Optional<Upstream> old = Optional.of(Volumes.answers());
        Optional<Upstream> newer = Optional.of(Volumes.answersOn(3));
        remembering("native-replica-standby promoting", replica(), old, standby);
        remembering("native-replica-standby-without-signal promoting", replica(), old, unsigned);
        remembering("native-replica-primary promoting", replica(), old, primary);
        remembering("native-replica-primary promoted", replica(), old, primary);
        cells.add(
                new Cell(
                        "native-replica-primary-and-the-old-one-is-down-promoted",
                        replica(),
                        Volumes.remembering(Volumes.with(Volumes.refuses(), primary), promoted())
                                .asked(
                                        List.of(
                                                Peers.silent(
                                                        ((Mode.NativeReplica) replica().mode())
                                                                .upstream())))));
        remembering(
                "native-replica-primary-and-a-newer-one-answers promoted",
                replica(),
                newer,
                primary);
        remembering("native-replica-primary by-hand", replica(), old, primary);
    }

    private void argumentsAndSettings() {
        DataDirectory empty = new DataDirectory.Empty();
        Settings tuned =
                standalone(
                        "POSTGRES_CONF_shared_buffers", "256MB",
                        "POSTGRES_CONF_auto_explain__log_min_duration", "1s");
        cell("standalone-empty-with-settings", tuned, empty);
        cell(
                "standalone-primary-with-new-settings",
                tuned,
                Volumes.primary(Volumes.written(standalone())));
        cell(
                "standalone-empty-with-arguments",
                parse(
                        Environments.standalone("POSTGRES_PASSWORD", "superpass"),
                        "-c",
                        "shared_buffers=1GB",
                        "-c",
                        "log_line_prefix=%m 'x' "),
                empty);
        cell(
                "native-primary-primary-with-own-config-file",
                parse(Environments.primary(), "-c", "config_file=/etc/postgresql/postgresql.conf"),
                Volumes.primary(Volumes.written(primary())));
        cell(
                "native-primary-empty-with-own-hba-file",
                parse(
                        Environments.primary("POSTGRES_PASSWORD", "superpass"),
                        "-c",
                        "hba_file=/etc/postgresql/pg_hba.conf"),
                empty);
        cell(
                "native-replica-standby-with-too-low-argument",
                parse(Environments.replica(), "-c", "max_connections=50"),
                Volumes.answers(),
                Volumes.standby(
                        Volumes.written(
                                parse(Environments.replica(), "-c", "max_connections=50"))));
    }

    private void joins(
            String name, Settings settings, DataDirectory volume, HistoryComparison comparison) {
        cells.add(
                new Cell(
                        "native-replica-" + name,
                        settings,
                        Volumes.with(Volumes.promoted(), volume, comparison)));
    }

    private void replicasWithAHistory() {
        DataDirectory was = Volumes.primary(Volumes.written(primary()));
        DataDirectory standby = Volumes.standby(Volumes.written(replica()));
        DataDirectory unmarked = Volumes.standbyWithoutSignal(Volumes.written(replica()));
        HistoryComparison follows = Volumes.comparison(Volumes.follows());
        joins("primary-follows", replica(), was, follows);
        joins("primary-follows-with-slot", replica("REPLICATION_SLOT", "auto"), was, follows);
        joins("standby-follows", replica(), standby, follows);
        joins("standby-without-signal-follows", replica(), unmarked, follows);
        cell("native-replica-primary-upstream-down", replica(), Volumes.refuses(), was);
        Settings rewind = replica("REJOIN", "rewind");
        Settings reclone = replica("REJOIN", "reclone");
        List<String> reasons =
                List.of(
                        "this cluster has neither data checksums nor wal_log_hints=on, so that"
                                + " pg_rewind cannot tell which pages changed",
                        "replicator may not EXECUTE pg_read_binary_file(text) on db1:5432");
        List<String> noSpace = List.of("a second copy needs about 80.0 GB, and 12.0 GB are free");
        Map<String, DataDirectory> volumes = new LinkedHashMap<>();
        volumes.put("primary", was);
        volumes.put("standby", standby);
        volumes.put("standby-without-signal", unmarked);
        volumes.forEach((name, volume) -> {
            joins(name + "-diverged", replica(), volume, Volumes.diverged(List.of(), List.of()));
            joins(
                    name + "-diverged-rewind",
                    rewind,
                    volume,
                    Volumes.diverged(List.of(), List.of()));
            joins(
                    name + "-diverged-reclone",
                    reclone,
                    volume,
                    Volumes.diverged(List.of(), List.of()));
            joins(name + "-ahead", reclone, volume, Volumes.comparison(Volumes.ahead()));
            joins(
                    name + "-ahead-of-a-standby",
                    replica(),
                    volume,
                    new HistoryComparison(Volumes.ahead(), true));
            joins(name + "-newer", reclone, volume, Volumes.comparison(Volumes.behind()));
            joins(
                    name + "-newer-than-a-standby",
                    replica(),
                    volume,
                    new HistoryComparison(Volumes.behind(), true));
            joins(name + "-unknown", replica(), volume, Volumes.comparison(Volumes.unknown(false)));
            joins(
                    name + "-unknown-same-timeline",
                    replica(),
                    volume,
                    Volumes.comparison(Volumes.unknown(true)));
            joins(name + "-wal-gone", replica(), volume, Volumes.withoutWal(List.of()));
            joins(name + "-wal-gone-reclone", reclone, volume, Volumes.withoutWal(List.of()));
        });
        joins("primary-unknown-reclone", reclone, was, Volumes.comparison(Volumes.unknown(false)));
        joins("primary-diverged-no-rewind", rewind, was, Volumes.diverged(reasons, List.of()));
        joins("primary-diverged-no-room", reclone, was, Volumes.diverged(List.of(), noSpace));
        joins("standby-wal-gone-no-room", reclone, standby, Volumes.withoutWal(noSpace));
    }

    private void movesThatWereInterrupted() {
        DataDirectory withdrawing = Volumes.moved(Journal.OnRestart.ROLL_BACK);
        DataDirectory rewinding = Volumes.moved(Journal.OnRestart.REFUSE);
        cell("standalone-withdrawing", standalone(), withdrawing);
        cell("native-primary-withdrawing", primary(), withdrawing);
        cell("native-replica-withdrawing", replica(), Volumes.promoted(), withdrawing);
        cell("standalone-rewinding", standalone(), rewinding);
        cell("native-primary-rewinding", primary(), rewinding);
        cell("native-replica-rewinding", replica(), Volumes.promoted(), rewinding);
        for (String consent : List.of("rewind", "reclone")) {
            cell(
                    "native-replica-rewinding-" + consent,
                    replica("REJOIN", consent),
                    Volumes.promoted(),
                    rewinding);
        }
        cell(
                "native-replica-rewinding-upstream-down",
                replica("REJOIN", "reclone"),
                Volumes.refuses(),
                rewinding);
        DataDirectory rewound = Volumes.moved(Journal.OnRestart.ROLL_FORWARD);
        cell("standalone-rewound", standalone(), rewound);
        cell("native-primary-rewound", primary(), rewound);
        cell("native-replica-rewound", replica(), Volumes.refuses(), rewound);
        cell(
                "native-replica-rewound-promoted-before",
                replica(),
                Volumes.remembering(Volumes.with(Volumes.promoted(), rewound), promoted()));
    }

    private void volumesThemselves() {
        DataDirectory primary = Volumes.primary(Volumes.written(primary()));
        DataDirectory empty = new DataDirectory.Empty();
        Volume full = Volumes.sized(10L << 30, 5L << 20);
        on("native-primary-with-a-stale-pid", primary(), staleAnd(Volumes.VOLUME), primary);
        on("native-primary-on-a-full-disk", primary(), full, primary);
        on("native-primary-holding-on-a-full-disk", primary("ON_DISK_FULL", "hold"), full, primary);
        on(
                "native-primary-empty-without-room",
                primary(),
                Volumes.sized(64L << 20, 60L << 20),
                empty);
        on(
                "native-primary-empty-with-room-for-small-segments",
                primary("POSTGRES_INITDB_ARGS", "--wal-segsize=1"),
                Volumes.sized(64L << 20, 60L << 20),
                empty);
        on("native-primary-with-wal-of-its-own", primary(), ownWal(), primary);
        on("native-primary-in-doubt", primary(), inDoubt(), primary);
        on("standalone-empty-with-data-elsewhere", standalone(), inDoubt(), empty);
    }

    private void whatTheFilesShow() {
        DataDirectory bare = Volumes.primary(ManagedFiles.none());
        ClusterContents copied =
                new ClusterContents(List.of("pg_notify", "pg_tblspc"), List.of(), true, true);
        on("standalone-copied-and-restored", standalone(), with(copied), bare);
        for (String name : List.of("pg_hba.conf", "postgresql.conf")) {
            Path file = Path.of("/var/lib/postgresql/data").resolve(name);
            ClusterContents readOnly = new ClusterContents(List.of(), List.of(file), false, false);
            on("standalone-read-only-" + name, standalone(), with(readOnly), bare);
            on("native-primary-read-only-" + name, primary(), with(readOnly), bare);
        }
    }

    private static Volume with(ClusterContents contents) {
        Volume volume = Volumes.VOLUME;
        return new Volume(
                volume.user(),
                volume.postmasterPid(),
                volume.data(),
                volume.wal(),
                volume.warnings(),
                volume.elsewhere(),
                contents);
    }

    private void on(String name, Settings settings, Volume volume, DataDirectory holds) {
        cells.add(new Cell(name, settings, Volumes.on(volume, holds)));
    }

    private static Volume staleAnd(Volume volume) {
        return new Volume(
                volume.user(),
                new PostmasterPid.Stale("process 71 does not exist"),
                volume.data(),
                volume.wal(),
                volume.warnings(),
                volume.elsewhere());
    }

    private static Volume ownWal() {
        return new Volume(
                Optional.empty(),
                new PostmasterPid.None(),
                Volumes.VOLUME.data(),
                Optional.of(new Space(Path.of("/wal/pg_wal"), 3L << 30, 2L << 30)),
                List.of(),
                List.of());
    }

    private static Volume inDoubt() {
        return new Volume(
                Optional.of(
                        new LockOwner(
                                "db-0",
                                "3f2a91bc04de",
                                "6e0c",
                                "pid:[4026531836]",
                                1,
                                Instant.parse("2026-11-23T08:20:20Z"),
                                true,
                                42)),
                new PostmasterPid.Live(17),
                Volumes.VOLUME.data(),
                Optional.empty(),
                List.of("a doubt", "another doubt"),
                List.of(Path.of("/var/lib/postgresql/18/docker")));
    }

    /// A name used twice would let two cells share one file.
    @Test
    void cells_have_names_of_their_own() {
        Set<String> names =
                cells.stream().map(Cell::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(names).hasSize(cells.size());
    }
}
