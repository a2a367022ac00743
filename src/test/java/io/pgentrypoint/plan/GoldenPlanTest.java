package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.observe.ManagedFiles;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Upstream;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        new PatroniCells(this::cell).add();
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
        volumes.forEach((name, volume) -> {
            cell("standalone-" + name, standalone(), volume);
            cell("native-primary-" + name, primary(), volume);
            cell("native-replica-" + name, replica(), Volumes.answers(), volume);
        });
    }

    private void existingNodes() {
        cell("standalone-as-it-was", standalone(), Volumes.primary(Volumes.written(standalone())));
        cell("native-primary-as-it-was", primary(), Volumes.primary(Volumes.written(primary())));
        cell(
                "native-primary-that-was-standalone",
                primary(),
                Volumes.primary(Volumes.written(standalone())));
        cell(
                "standalone-that-was-a-native-primary",
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
        cell(
                "native-replica-as-it-was",
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
                        "POSTGRES_USER", "o'neill",
                        "POSTGRES_DB", "my db",
                        "POSTGRES_INITDB_ARGS", "--data-checksums --locale='C UTF'",
                        "PGDATA", "/data/node 1"),
                empty);
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
        cell(
                "native-replica-standby-with-slot",
                slotted,
                Volumes.answers(),
                Volumes.standby(Volumes.written(slotted)));
        cell(
                "native-replica-standby-with-slot-primary-down",
                slotted,
                Volumes.refuses(),
                Volumes.standby(Volumes.written(slotted)));
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

    /// A name used twice would let two cells share one file.
    @Test
    void cells_have_names_of_their_own() {
        Set<String> names =
                cells.stream().map(Cell::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(names).hasSize(cells.size());
    }
}
