package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.kit.Jar;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of the real jar, each in an environment of its own.
class CommandsIT {

    private static final String SECRET = "cAnAry-7f3e91";

    @TempDir private Path directory;

    /// Root's own would be closed to the user that it steps down to.
    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run.Ended call(Map<String, String> environment, String... arguments) {
        Map<String, String> whole = new TreeMap<>(environment);
        whole.putIfAbsent("PATH", RealCluster.programs() + ":/usr/bin:/bin");
        whole.putIfAbsent("PGDATA", directory.resolve("data").toString());
        List<String> argv = new ArrayList<>(Jar.java());
        argv.addAll(List.of(arguments));
        return Run.start(argv, whole).end();
    }

    /// By its name at a prompt, as docker exec -it gives one.
    private String atPrompt(String... arguments) {
        List<String> words = new ArrayList<>(List.of("exec"));
        words.addAll(Jar.java());
        words.addAll(List.of(arguments));
        List<String> argv = List.of("script", "-qefc", String.join(" ", words), "/dev/null");
        Map<String, String> environment =
                Map.of(
                        "PATH",
                        "/usr/bin:/bin",
                        "SHELL",
                        "/bin/sh",
                        "TERM",
                        "dumb",
                        "PGDATA",
                        directory.resolve("data").toString());
        Run.Ended ended = Run.startWithInput(argv, environment).end();
        assertThat(ended.code()).as(ended.stdout()).isZero();
        return ended.stdout().replace("\r", "");
    }

    @Test
    void at_a_prompt_the_name_alone_shows_help_and_starts_no_server() {
        assertThat(atPrompt()).contains("Usage: entrypoint", "Commands:");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void words_of_people_are_understood() {
        assertThat(call(Map.of(), "help").stdout()).contains("Usage: entrypoint", "Commands:");
        assertThat(call(Map.of(), "help", "plan").stdout()).startsWith("Usage: entrypoint plan");
        assertThat(call(Map.of(), "version").stdout()).startsWith("pg-entrypoint ");
        Run.Ended mistyped = call(Map.of(), "stauts");
        assertThat(mistyped.code()).isEqualTo(64);
        assertThat(mistyped.stderr())
                .contains("cannot run stauts: ", "did you mean entrypoint status?");
    }

    private static JsonObject json(Run.Ended ended) {
        return JsonParser.parseString(ended.stdout()).getAsJsonObject();
    }

    @Test
    void validate_lists_every_problem_and_exits_78() {
        Map<String, String> environment =
                Map.of(
                        "HA_MODE", "native",
                        "REPLICATION_ROLE", "replica",
                        "PRIMARY_PORT", "many",
                        "POSTGRES_PASSWORD", SECRET,
                        "REPLICATON_USER", "x");
        Run.Ended text = call(environment, "validate");
        assertThat(text.code()).isEqualTo(78);
        assertThat(text.stdout())
                .contains("error: PRIMARY_PORT=many: ")
                .contains("error: REPLICATION_PASSWORD: ")
                .contains("error: PRIMARY_HOST: ")
                .contains("warning: REPLICATON_USER")
                .contains("REPLICATION_USER")
                .endsWith("not valid\n")
                .doesNotContain(SECRET);
        Run.Ended document = call(environment, "validate", "--format", "json");
        assertThat(document.code()).isEqualTo(78);
        assertThat(json(document).get("valid").getAsBoolean()).isFalse();
        assertThat(json(document).get("exitCode").getAsInt()).isEqualTo(78);
        assertThat(json(document).getAsJsonArray("problems").size())
                .isEqualTo((int) text.stdout().lines().count() - 1);
    }

    @Test
    void doctor_ends_with_the_code_of_the_start_that_is_refused() {
        Run.Ended ended = call(Map.of(), "doctor", "--format", "json");
        assertThat(ended.code()).as(ended.stderr()).isEqualTo(78);
        assertThat(json(ended).get("exitCode").getAsInt()).isEqualTo(78);
        assertThat(ended.stdout()).contains("superuser password is not specified");
    }

    @Test
    void validate_says_that_a_right_environment_is_valid_and_touches_nothing() {
        Run.Ended ended = call(Map.of("POSTGRES_PASSWORD", SECRET), "validate", "--format", "json");
        assertThat(ended.code()).as(ended.stderr()).isZero();
        assertThat(json(ended).get("mode").getAsString()).isEqualTo("standalone");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void validate_asks_the_servers_own_parser_and_lists_all_that_it_does_not_take() {
        Map<String, String> environment =
                Map.of(
                        "POSTGRES_PASSWORD", SECRET,
                        "POSTGRES_CONF_shared_bufers", "1",
                        "POSTGRES_CONF_max_connections", "50",
                        "POSTGRES_CONF_work_mem", "lots");
        Run.Ended ended = call(environment, "validate");
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.stdout())
                .contains("error: POSTGRES_CONF_shared_bufers=1: unrecognized")
                .contains("did you mean POSTGRES_CONF_shared_buffers?")
                .contains("error: POSTGRES_CONF_work_mem=lots: invalid value for parameter")
                .doesNotContain("max_connections");
    }

    @Test
    void validate_says_that_a_first_start_needs_a_password() {
        Run.Ended ended = call(Map.of(), "validate");
        assertThat(ended.code()).isZero();
        assertThat(ended.stdout()).contains("warning: POSTGRES_PASSWORD: is not set");
        assertThat(call(Map.of("POSTGRES_HOST_AUTH_METHOD", "trust"), "validate").stdout())
                .doesNotContain("POSTGRES_PASSWORD");
    }

    @Test
    void an_unreadable_secret_file_alone_is_77() {
        Run.Ended ended =
                call(
                        Map.of("POSTGRES_PASSWORD_FILE", directory.resolve("none").toString()),
                        "validate");
        assertThat(ended.code()).isEqualTo(77);
    }

    @Test
    void validate_live_refuses_what_run_would_refuse() throws IOException {
        Files.createDirectory(directory.resolve("data"));
        Files.writeString(directory.resolve("data/letter.txt"), "");
        Run.Ended ended =
                call(Map.of("POSTGRES_PASSWORD", SECRET), "validate", "--live", "--format", "json");
        assertThat(ended.code()).isEqualTo(65);
        JsonObject refusal = json(ended).getAsJsonObject("refusal");
        assertThat(refusal.get("exitCode").getAsInt()).isEqualTo(65);
        assertThat(refusal.get("cause").getAsString()).contains("letter.txt");
        assertThat(refusal.get("remedy").getAsString()).isNotEmpty();
        assertThat(call(Map.of("POSTGRES_PASSWORD", SECRET), "validate").code()).isZero();
    }

    @Test
    void a_plan_is_printed_and_nothing_is_touched() {
        Map<String, String> environment =
                Map.of(
                        "HA_MODE",
                        "native",
                        "REPLICATION_ROLE",
                        "primary",
                        "REPLICATION_PASSWORD",
                        SECRET,
                        "POSTGRES_PASSWORD",
                        SECRET);
        Run.Ended text = call(environment, "plan");
        assertThat(text.code()).as(text.stderr()).isZero();
        assertThat(text.stdout())
                .startsWith("before the volume is read, as ")
                .contains("\nmode: native primary\n")
                .doesNotContain(SECRET);
        JsonObject plan = json(call(environment, "plan", "--format", "json"));
        assertThat(plan.get("mode").getAsString()).isEqualTo("native primary");
        assertThat(plan.getAsJsonArray("beforeReading").size()).isPositive();
        assertThat(plan.getAsJsonArray("beforeLaunch").size()).isGreaterThan(5);
        assertThat(plan.getAsJsonObject("then").getAsJsonArray("launch").size()).isEqualTo(3);
        assertThat(plan.toString()).doesNotContain(SECRET);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_plan_that_would_be_refused_exits_with_that_code() {
        Run.Ended text = call(Map.of(), "plan");
        assertThat(text.code()).isEqualTo(78);
        assertThat(text.stdout()).contains("\nrefused: Database is uninitialized");
        Run.Ended document = call(Map.of(), "plan", "--format", "json");
        assertThat(document.code()).isEqualTo(78);
        assertThat(json(document).getAsJsonObject("refusal").get("exitCode").getAsInt())
                .isEqualTo(78);
    }

    @Test
    void run_refuses_with_the_code_and_the_words_of_the_plan() {
        Run.Ended ended = call(Map.of());
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.stderr())
                .contains("Database is uninitialized and superuser password is not specified")
                .contains("set POSTGRES_PASSWORD");
    }

    @Test
    void rendered_files_show_settings_rules_and_no_secret() {
        Map<String, String> environment =
                Map.of(
                        "HA_MODE", "native",
                        "REPLICATION_ROLE", "replica",
                        "PRIMARY_HOST", "127.0.0.1",
                        "PRIMARY_PORT", String.valueOf(RealCluster.freePort()),
                        "REPLICATION_PASSWORD", SECRET,
                        "POSTGRES_CONF_work_mem", "7MB");
        Run.Ended text = call(environment, "render");
        assertThat(text.code()).as(text.stderr()).isZero();
        assertThat(text.stdout())
                .contains("work_mem = '7MB' # POSTGRES_CONF_work_mem")
                .contains("primary_conninfo = ")
                .contains("host replication \"replicator\"")
                .contains("standby.signal")
                .doesNotContain(SECRET);
        JsonObject document = json(call(environment, "render", "--format", "json"));
        assertThat(document.getAsJsonArray("settings").size()).isGreaterThan(8);
        assertThat(document.toString()).doesNotContain(SECRET);
    }

    @Test
    void another_word_is_a_program_that_replaces_us() {
        Run.Ended ended =
                call(
                        Map.of(),
                        "sh",
                        "-c",
                        "printf '%s|' \"$@\"; echo; exit 42",
                        "sh",
                        "a b",
                        "",
                        "é'\"");
        assertThat(ended.code()).isEqualTo(42);
        assertThat(ended.stdout()).isEqualTo("a b||é'\"|\n");
    }

    @Test
    void an_unknown_program_is_127() {
        Run.Ended ended = call(Map.of(), "plam");
        assertThat(ended.code()).isEqualTo(127);
        assertThat(ended.stderr()).contains("cannot run plam").contains("not found in PATH");
    }

    @Test
    void a_question_to_the_server_itself_prepares_nothing() {
        Run.Ended ended = call(Map.of(), "postgres", "--version");
        assertThat(ended.code()).isZero();
        assertThat(ended.stdout()).startsWith("postgres (PostgreSQL) ");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void the_status_of_nobody_is_69() {
        Map<String, String> nobody = Map.of("PGPORT", String.valueOf(RealCluster.freePort()));
        assertThat(call(nobody, "status").code()).isEqualTo(69);
    }
}
