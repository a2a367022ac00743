package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.pgentrypoint.Golden;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Variables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/// What does not depend on the environment of this process.
class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int call(String... arguments) {
        CommandLine line = Main.commandLine(arguments[0]);
        line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void help_lists_every_command() {
        assertThat(call("--help")).isZero();
        Golden.matches("cli/help.txt", out.toString());
        assertThat(Main.commandLine("--help").getSubcommands().keySet())
                .hasSizeGreaterThan(8)
                .allMatch(out.toString()::contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "init",
                "validate",
                "plan",
                "render",
                "variables",
                "explain",
                "doctor",
                "status",
                "healthcheck",
                "promote",
                "switchover",
                "upgrade"
            })
    void each_command_has_a_help_of_its_own(String command) {
        assertThat(call(command, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: entrypoint " + command);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void the_model_of_one_command_alone_is_built_for_it() {
        assertThat(Main.commandLine("status").getSubcommands().keySet()).containsExactly("status");
        assertThat(Main.commandLine("--version").getSubcommands()).isEmpty();
    }

    /// The server's letters reach the server.
    @Test
    void help_promises_no_letter_that_means_something_else() {
        assertThat(call("--help")).isZero();
        assertThat(out.toString()).doesNotContain("-h,", "-V,");
    }

    @Test
    void the_version_names_program_and_java() {
        assertThat(call("--version")).isZero();
        assertThat(out.toString())
                .matches("pg-entrypoint \\d+\\.\\d+\\.\\d+\\S* \\(Java 25.*\\)\n");
    }

    @Test
    void a_mistyped_option_is_64_and_the_right_one_is_named() {
        assertThat(call("plan", "--formt", "json")).isEqualTo(64);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith("cannot read the command line: Unknown option")
                .contains("--format")
                .contains("See: entrypoint plan --help");
        assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void an_upgrade_is_finished_or_reverted_and_not_both() {
        assertThat(call("upgrade")).isEqualTo(64);
        assertThat(call("upgrade", "--finish", "--revert")).isEqualTo(64);
    }

    @Test
    void a_wrong_format_is_64_and_the_right_ones_are_named() {
        assertThat(call("variables", "--format", "xml")).isEqualTo(64);
        assertThat(err.toString()).contains("xml").containsIgnoringCase("markdown");
    }

    @Test
    void the_page_of_the_variables_is_what_the_command_prints() {
        assertThat(call("variables", "--format", "markdown")).isZero();
        Golden.matches("../../../../../docs/reference/environment.md", out.toString());
    }

    @Test
    void the_variables_as_text_are_all_there() {
        assertThat(call("variables")).isZero();
        assertThat(Variables.all()).hasSizeGreaterThan(20);
        assertThat(Variables.all())
                .allSatisfy(variable ->
                        assertThat(out.toString())
                                .contains("  " + variable.name() + " (default: ")
                                .satisfies(text ->
                                        assertThat(text.replaceAll("\\s+", " "))
                                                .contains(variable.meaning())));
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_variable_is_found_by_each_of_its_names_and_alone() {
        assertThat(
                        call(
                                "variables",
                                "stop_mode",
                                "REPLICATION_PASSWORD_FILE",
                                "POSTGRESQL_DATABASE"))
                .isZero();
        assertThat(out.toString())
                .contains("  STOP_MODE (default: ", "  REPLICATION_PASSWORD (", "  POSTGRES_DB (")
                .doesNotContain("LOG_LEVEL");
    }

    @Test
    void a_mistyped_command_is_64_where_no_such_program_is_found() {
        Refusal refusal = Main.mistyped("stauts", notFound());
        assertThat(refusal.exitCode()).isEqualTo(64);
        assertThat(refusal.remedy()).contains("did you mean entrypoint status?");
    }

    @Test
    void a_mistyped_variable_is_64() {
        assertThat(call("variables", "STOP_MOED")).isEqualTo(64);
        assertThat(call("variables", "NOTHING_LIKE_THAT")).isEqualTo(64);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"psql", "bash", "ruby", "int", "pg_dump"})
    void a_word_that_is_near_no_command_stays_a_program_that_is_not_found(String word) {
        Refusal refusal = notFound();
        assertThat(Main.mistyped(word, refusal)).isSameAs(refusal);
    }

    private static Refusal notFound() {
        return new Refusal(ExitCode.NOT_FOUND, "cannot run it: not found", "install it");
    }

    @Test
    void the_variables_as_json_are_all_there() {
        assertThat(call("variables", "--format", "json")).isZero();
        List<JsonElement> documents =
                StreamSupport.stream(
                                JsonParser.parseString(out.toString())
                                        .getAsJsonArray()
                                        .spliterator(),
                                false)
                        .toList();
        assertThat(documents)
                .extracting(document -> document.getAsJsonObject().get("name").getAsString())
                .containsExactlyElementsOf(
                        Variables.all().stream().map(variable -> variable.name()).toList());
        assertThat(documents)
                .filteredOn(document -> document.getAsJsonObject().get("secret").getAsBoolean())
                .extracting(document -> document.getAsJsonObject().get("name").getAsString())
                .containsExactly(
                        "POSTGRES_PASSWORD",
                        "REPLICATION_PASSWORD",
                        "PATRONI_CONFIGURATION",
                        "CITUS_LOGINS");
    }
}
