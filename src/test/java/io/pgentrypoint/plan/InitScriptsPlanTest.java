package io.pgentrypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.Script.Use;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.observe.scripts.Scripts;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitScriptsPlanTest {

    private static final Path INIT = Path.of("/docker-entrypoint-initdb.d");
    private static final Path START = Path.of("/docker-entrypoint-startdb.d");

    private static Script script(String name, Use use) {
        return new Script(INIT.resolve(name), use, Optional.empty());
    }

    private static ScriptDirectory init(Script... scripts) {
        return new ScriptDirectory(INIT, List.of(scripts), Optional.empty());
    }

    private static Plan plan(DataDirectory volume, Scripts scripts, String... environment) {
        Observed seen = Volumes.holds(volume);
        return Planner.plan(
                Environments.parse(
                        Environments.standalone(
                                environment.length > 0
                                        ? environment
                                        : new String[] {"POSTGRES_PASSWORD", "x"})),
                seen.with(scripts));
    }

    private static Scripts atInit(Script... scripts) {
        return new Scripts(init(scripts), ScriptDirectory.none(START));
    }

    private static List<String> text(Plan plan) {
        return PlanText.lines(plan);
    }

    @Test
    void each_file_is_listed_with_its_verdict_before_it_runs() {
        assertThat(
                        text(
                                plan(
                                        new DataDirectory.Empty(),
                                        atInit(
                                                script("a.sql", Use.SQL),
                                                script("b.sh", Use.SOURCE),
                                                script("c.txt", Use.IGNORE)))))
                .containsSubsequence(
                        "   7. run 2 of 3 files of /docker-entrypoint-initdb.d – this is the first"
                                + " start",
                        "      a.sql: run by psql",
                        "      b.sh: sourced: read by one bash, its exports reach the files after"
                                + " it",
                        "      c.txt: ignored: neither .sh nor .sql, .sql.gz, .sql.xz or .sql.zst");
    }

    /// `ready to accept connections` has to be said twice on a first boot, not once more.
    @Test
    void scripts_cost_no_second_bootstrap_server() {
        List<String> steps =
                text(plan(new DataDirectory.Empty(), atInit(script("a.sql", Use.SQL))));
        assertThat(steps.stream().filter(step -> step.contains("start a bootstrap server")))
                .hasSize(1);
        assertThat(steps)
                .noneMatch(step -> step.contains("publish the staged cluster"))
                .anyMatch(step -> step.contains("finish the first boot"));
    }

    @Test
    void files_that_are_all_ignored_need_no_server() {
        assertThat(text(plan(new DataDirectory.Empty(), atInit(script("c.txt", Use.IGNORE)))))
                .contains(
                        "warning: /docker-entrypoint-initdb.d/c.txt: ignored: neither .sh nor .sql,"
                                + " .sql.gz, .sql.xz or .sql.zst")
                .anyMatch(step -> step.contains("publish the staged cluster"))
                .noneMatch(step -> step.contains("run 0"));
    }

    @Test
    void a_script_that_cannot_run_stops_the_start_before_anything_is_built() {
        Script broken =
                new Script(INIT.resolve("a.sh"), Use.CANNOT_RUN, Optional.of("CRLF; dos2unix"));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> plan(new DataDirectory.Empty(), atInit(broken)))
                .satisfies(refusal -> {
                    assertThat(refusal.exitCode()).isEqualTo(126);
                    assertThat(refusal.reason())
                            .isEqualTo(
                                    "cannot run /docker-entrypoint-initdb.d/a.sh: CRLF; dos2unix");
                });
    }

    /// MSG-4.
    @Test
    void a_directory_that_cannot_be_listed_is_refused_as_ls_refuses_it() {
        ScriptDirectory closed =
                new ScriptDirectory(INIT, List.of(), Optional.of("Permission denied"));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() ->
                        plan(
                                new DataDirectory.Empty(),
                                new Scripts(closed, ScriptDirectory.none(START))))
                .satisfies(refusal -> {
                    assertThat(refusal.exitCode()).isEqualTo(2);
                    assertThat(refusal.officialText())
                            .isEqualTo(
                                    "ls: cannot open directory '/docker-entrypoint-initdb.d/':"
                                            + " Permission denied\n");
                });
    }

    @Test
    void scripts_of_each_start_run_on_an_existing_cluster_and_after_those_of_the_first() {
        ScriptDirectory each =
                new ScriptDirectory(
                        START,
                        List.of(new Script(START.resolve("s.sql"), Use.SQL, Optional.empty())),
                        Optional.empty());
        assertThat(
                        text(
                                plan(
                                        Volumes.primary(ManagedFiles.none()),
                                        new Scripts(ScriptDirectory.none(INIT), each))))
                .containsSubsequence(
                        "   2. run 1 of 1 files of /docker-entrypoint-startdb.d – they run at each"
                                + " start",
                        "   3. stop the bootstrap server – the real one opens TCP as well");
        assertThat(
                        text(
                                plan(
                                        new DataDirectory.Empty(),
                                        new Scripts(init(script("a.sql", Use.SQL)), each))))
                .containsSubsequence(
                        "   7. run 1 of 1 files of /docker-entrypoint-initdb.d – this is the first"
                                + " start",
                        "   8. run 1 of 1 files of /docker-entrypoint-startdb.d – they run at each"
                                + " start");
    }
}
