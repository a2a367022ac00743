package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.cli.Check.Verdict;
import io.pgentrypoint.execute.SupportArchive;
import io.pgentrypoint.observe.postgres.ServerCertificate;
import io.pgentrypoint.observe.volume.Space;
import io.pgentrypoint.observe.volume.Volume;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Variable;
import io.pgentrypoint.settings.Variables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

/// What `doctor` concludes from what it is given, and what it gives away.
class DoctorTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path directory;

    @Test
    void an_error_of_a_variable_fails_and_a_warning_warns_each_with_its_remedy() {
        List<Check> checks =
                NodeChecks.variables(
                        List.of(
                                Problem.error("PGPORT", "x", "must be a port", "set a port"),
                                Problem.warning("PGPROT", "", "is not ours", "PGPORT?")));
        assertThat(checks)
                .containsExactly(
                        Check.fail("variables", "PGPORT=x must be a port", "set a port"),
                        Check.warn("variables", "PGPROT is not ours", "PGPORT?"));
        assertThat(NodeChecks.variables(List.of()).getFirst().verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void a_setting_that_the_server_refuses_fails_without_its_value() {
        Problem problem =
                Problem.error(
                        "POSTGRES_CONF_x", "s3cr3t", "invalid value \"s3cr3t\"", "correct it");
        assertThat(NodeChecks.settings(Optional.of(List.of(problem))))
                .containsExactly(
                        Check.fail(
                                "settings", "POSTGRES_CONF_x: invalid value \"…\"", "correct it"));
        assertThat(NodeChecks.settings(Optional.empty()).getFirst().verdict())
                .isEqualTo(Verdict.NOT_CHECKED);
    }

    @Test
    void what_a_start_refuses_fails_and_what_a_plan_warns_of_is_said_once() {
        Refusal refusal = new Refusal(ExitCode.DATA, "cannot use it", "move it");
        Plan plan =
                new Plan(
                        "standalone",
                        "something",
                        List.of("a", "/dev/shm has 64 MB"),
                        List.of(),
                        new NextAction.Refuse(refusal),
                        List.of());
        assertThat(NodeChecks.plan(plan, Optional.of("/dev/shm has 64 MB")))
                .containsExactly(
                        Check.fail("next start", "cannot use it", "move it"),
                        Check.warn("next start", "a", ""));
        assertThat(NodeChecks.memory(Optional.of("/dev/shm has 64 MB")).verdict())
                .isEqualTo(Verdict.WARN);
    }

    @Test
    void a_file_system_with_less_than_a_tenth_free_warns() {
        assertThat(NodeChecks.space(volume(99)))
                .extracting(Check::verdict)
                .containsExactly(Verdict.WARN);
        assertThat(NodeChecks.space(volume(100)))
                .extracting(Check::verdict)
                .containsExactly(Verdict.OK);
        assertThat(NodeChecks.space(Volume.unknown()))
                .extracting(Check::verdict)
                .containsExactly(Verdict.NOT_CHECKED);
    }

    private static Volume volume(long free) {
        Volume none = Volume.unknown();
        return new Volume(
                Optional.empty(),
                none.postmasterPid(),
                Optional.of(new Space(Path.of("/data"), 1000, free)),
                Optional.empty(),
                List.of(),
                List.of());
    }

    @Test
    void a_stop_time_over_that_of_the_engine_warns_and_names_the_option() {
        assertThat(NodeChecks.stop(Duration.ofSeconds(10), false).verdict()).isEqualTo(Verdict.OK);
        assertThat(NodeChecks.stop(Duration.ofSeconds(60), false).fix())
                .contains("--stop-timeout 60", "STOP_GRACE=10s");
        assertThat(NodeChecks.stop(Duration.ofSeconds(30), true).verdict()).isEqualTo(Verdict.OK);
        assertThat(NodeChecks.stop(Duration.ofSeconds(60), true).fix())
                .contains("terminationGracePeriodSeconds: 60");
    }

    @Test
    void a_certificate_warns_before_its_end_and_fails_after_it() {
        assertThat(certificate(NOW.plus(Duration.ofDays(31)))).isEqualTo(Verdict.OK);
        assertThat(certificate(NOW.plus(Duration.ofDays(29)))).isEqualTo(Verdict.WARN);
        assertThat(certificate(NOW.minusSeconds(1))).isEqualTo(Verdict.FAIL);
        assertThat(NodeChecks.certificate(new ServerCertificate.Absent("none"), NOW).verdict())
                .isEqualTo(Verdict.NOT_CHECKED);
    }

    private static Verdict certificate(Instant until) {
        return NodeChecks.certificate(new ServerCertificate.Valid(Path.of("/c"), until), NOW)
                .verdict();
    }

    @Test
    void slots_that_keep_wal_for_nobody_and_a_failing_archiver_warn() {
        assertThat(
                        ServerChecks.of(
                                """
                                {"phase": "serving", "healthy": true,
                                 "slots": [{"name": "a", "active": false, "retainedBytes": 16777216},
                                           {"name": "b", "active": false, "walStatus": "lost"},
                                           {"name": "c", "active": true, "retainedBytes": 99}],
                                 "archiver": {"failing": true, "failed": 3}}\
                                """))
                .containsExactly(
                        Check.ok("node", "healthy, serving"),
                        Check.warn(
                                "slots",
                                "a is not in use and keeps 16.0 MB of WAL",
                                "start the standby that uses it, or SELECT pg_drop_replication_slot('a')"),
                        Check.warn(
                                "slots",
                                "b has lost WAL that its standby needs",
                                "REJOIN=reclone on that standby"),
                        Check.warn(
                                "archiving",
                                "archive_command fails (3 attempts)",
                                "correct it: pg_wal grows until it succeeds"));
    }

    @Test
    void what_the_server_did_not_tell_is_not_checked() {
        assertThat(ServerChecks.of("{\"phase\": \"waiting\", \"healthy\": false, \"why\": \"x\"}"))
                .extracting(Check::verdict)
                .containsExactly(Verdict.WARN, Verdict.NOT_CHECKED, Verdict.NOT_CHECKED);
        assertThat(ServerChecks.of("nothing"))
                .extracting(Check::verdict)
                .containsOnly(Verdict.NOT_CHECKED);
    }

    @Test
    void lines_are_aligned_in_80_columns_and_coloured_only_where_asked() {
        List<Check> checks =
                List.of(
                        Check.ok("variables", "good"),
                        Check.fail("other nodes", "word ".repeat(20).strip(), "do this"));
        List<String> plain = DoctorCommand.lines(checks, Ansi.OFF);
        assertThat(plain.getFirst()).isEqualTo("ok          variables    good");
        assertThat(plain.get(1)).startsWith("fail        other nodes  word word");
        assertThat(plain.getLast()).isEqualTo(" ".repeat(25) + "→ do this");
        assertThat(plain).allMatch(line -> line.length() <= 80);
        assertThat(DoctorCommand.lines(checks, Ansi.ON).get(1)).startsWith("\u001b[31mfail");
        assertThat(DoctorCommand.lines(checks, Ansi.ON).getFirst()).isEqualTo(plain.getFirst());
    }

    @Test
    void no_secret_variable_by_any_of_its_names_is_shown_and_nothing_that_is_not_ours() {
        Map<String, String> environment = new TreeMap<>();
        for (Variable<?> variable : Variables.all()) {
            if (variable.secret()) {
                environment.put(variable.name(), "cAnAry-" + variable.name());
                variable.aliases().forEach(alias -> environment.put(alias, "cAnAry-" + alias));
            }
        }
        environment.put("PATRONI_SUPERUSER_PASSWORD", "cAnAry-patroni");
        environment.put("POSTGRES_PASSWROD", "cAnAry-mistyped");
        environment.put("AWS_SECRET_ACCESS_KEY", "cAnAry-other");
        environment.put("POSTGRES_CONF_archive_command", "curl -u me:cAnAry-setting");
        environment.put("POSTGRES_CONF_vault__token", "12345678");
        assertThat(environment).hasSizeGreaterThan(8);
        assertThat(RedactedEnvironment.lines(environment))
                .hasSameSizeAs(environment.keySet())
                .allMatch(line -> line.endsWith("=(not shown)"));
        assertThat(
                        RedactedEnvironment.lines(
                                Map.of("STOP_GRACE", "5s", "POSTGRES_CONF_work_mem", "64MB")))
                .containsExactly("POSTGRES_CONF_work_mem=64MB", "STOP_GRACE=5s");
    }

    @Test
    void the_archive_is_for_its_owner_alone_and_overwrites_nothing() throws IOException {
        Path file = directory.resolve("report.zip");
        SupportArchive.write(file, Map.of("a.txt", "text"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(
                            new String(
                                    zip.getInputStream(zip.getEntry("a.txt")).readAllBytes(),
                                    StandardCharsets.UTF_8))
                    .isEqualTo("text\n");
        }
        assertThatThrownBy(() -> SupportArchive.write(file, Map.of()))
                .isInstanceOf(FileAlreadyExistsException.class);
    }
}
