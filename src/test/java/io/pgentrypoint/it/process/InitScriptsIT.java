package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcFile;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Other people's init scripts, as they are. The ids are those of docs/reference/official-image.md.
class InitScriptsIT {

    private static final String NAME = "/usr/local/bin/docker-entrypoint.sh: ";

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    private static Run.Ended init(ProcessNode node) {
        Run.Ended ended = node.call("init");
        assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
        return ended;
    }

    @Test
    @DisplayName("INITD-1: a program runs as a child, with the environment of the official image")
    void a_program_runs_as_a_child_with_the_environment_of_the_official_image() throws IOException {
        try (ProcessNode node =
                ProcessNode.standalone()
                        .with("POSTGRES_USER", "own\u00e9r")
                        .with("POSTGRES_DB", "app")
                        .with("REPLICATION_PASSWORD", "theirs")) {
            Path file =
                    node.initProgram(
                            "a.sh",
                            "echo \"args=$# [$POSTGRES_USER] [$POSTGRES_DB] [$POSTGRES_PASSWORD]"
                                    + " [$POSTGRES_INITDB_ARGS]\"",
                            // What a script prints is masked, so it compares.
                            "[ \"$POSTGRES_PASSWORD $PGPASSWORD $REPLICATION_PASSWORD\" ="
                                    + " 'super super theirs' ] && echo with all passwords",
                            "echo \"data=$PGDATA nothing=${POSTGRES_HOST_AUTH_METHOD-unset}\"",
                            "type -t docker_process_sql || echo no functions",
                            "psql -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -c 'create table made()'",
                            "test -f \"$PGDATA/postgresql.conf\" && echo at its place");
            Run.Ended ended = init(node);
            assertThat(ended.stdout())
                    .contains(
                            NAME + "running " + file + "\n",
                            "args=0 [own\u00e9r] [app] [****] [--no-locale --encoding=UTF8]\n",
                            "with all passwords\n",
                            "data=" + node.data + " nothing=unset\n",
                            "no functions\n",
                            "CREATE TABLE\n",
                            "at its place\n");
        }
    }

    @Test
    @DisplayName("INITD-2: sourced files share one bash, with the functions of the official image")
    void sourced_files_share_one_bash_with_the_functions_of_the_official_image()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("SOME_FILE", "/dev/null")) {
            Path first =
                    node.initScript(
                            "a.sh",
                            "export EXPORTED=yes; plain=kept; greet() { echo \"hello $1\"; }",
                            "echo \"f=$f $# ${@: -1} flags=$-\"",
                            "shopt -qo pipefail && echo pipefail",
                            "\"${psql[@]}\" -c 'create table t (a int)'",
                            "docker_process_sql <<<'insert into t values (42)'",
                            "docker_process_sql --dbname=postgres -Atc 'select a from t'",
                            "file_env MISSING fallback; echo \"env=$MISSING\"");
            node.initScript("b.sh", "greet \"$plain $EXPORTED\"");
            node.initProgram("c.sh", "echo \"child sees $EXPORTED ${plain-nothing}\"");
            Run.Ended ended = init(node);
            assertThat(ended.stdout())
                    .contains(NAME + "sourcing " + first + "\n")
                    .containsPattern("f=" + first + " 3 \\S+/c.sh flags=[a-zA-Z]*e")
                    .contains(
                            "pipefail\n",
                            "INSERT 0 1\n42\n",
                            "env=fallback\n",
                            "hello kept yes\n",
                            "child sees yes nothing\n");
        }
    }

    @Test
    @DisplayName("INITD-3, INITD-4: SQL files, plain and packed, run in order in POSTGRES_DB")
    void sql_files_plain_and_packed_run_in_order_in_the_database() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("POSTGRES_DB", "app")) {
            node.initScript("1.sql", "create table t (a int);", "\\ir sub/more");
            Files.createDirectory(node.home.resolve("docker-entrypoint-initdb.d/sub"));
            node.initScript("sub/more", "insert into t values (0);");
            try (OutputStream out =
                    new GZIPOutputStream(
                            Files.newOutputStream(
                                    node.home.resolve("docker-entrypoint-initdb.d/2.sql.gz")))) {
                out.write("insert into t values (1);".getBytes(StandardCharsets.UTF_8));
            }
            pack(node.initScript("3.sql", "insert into t values (2);"), "xz", "-k");
            pack(node.initScript("4.sql", "insert into t values (3);"), "zstd", "-q");
            Run.Ended ended = init(node);
            assertThat(
                            ended.stdout()
                                    .lines()
                                    .filter(line -> line.startsWith(NAME))
                                    .map(line -> line.replaceFirst(".*: (\\w+) .*/", "$1 ")))
                    .containsExactly(
                            "running 1.sql",
                            "running 2.sql.gz",
                            "running 3.sql",
                            "running 3.sql.xz",
                            "running 4.sql",
                            "running 4.sql.zst",
                            "ignoring sub");
            Run run = node.serve();
            assertThat(node.ask("SELECT count(*) FROM pg_database WHERE datname = 'app'"))
                    .isEqualTo("1");
            assertThat(run.stop().code()).isZero();
        }
    }

    private static void pack(Path file, String... command) throws IOException {
        List<String> argv = new ArrayList<>(List.of(command));
        argv.add(file.toString());
        try {
            assertThat(new ProcessBuilder(argv).inheritIO().start().waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("INITD-5: other files are ignored, and it is said; files with a dot are not seen")
    void other_files_are_ignored_and_it_is_said() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.SQL", "select 'never'");
            node.initScript("b.dump", "never");
            node.initScript(".c.sql", "select 'never'");
            node.initScript("d.sql", "select 'run';");
            Run.Ended ended = init(node);
            assertThat(ended.stdout())
                    .contains("ignoring " + node.home)
                    .doesNotContain("never", ".c.sql");
            assertThat(ended.stderr())
                    .contains("a.SQL: write its extension in small letters")
                    .contains("b.dump: call pg_restore from a .sh file");
        }
    }

    @Test
    @DisplayName("INITD-7: the order is that of the shell's * in the locale of the container")
    void the_order_is_that_of_the_shell_in_the_locale_of_the_container() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("LANG", "C")) {
            for (String name : List.of("9", "10", "a", "B", "_z")) {
                node.initScript(name + ".sql", "select 1;");
            }
            assertThat(
                            init(node)
                                    .stdout()
                                    .lines()
                                    .filter(line -> line.startsWith(NAME))
                                    .map(line -> line.replaceFirst(".*/(.*)\\.sql", "$1")))
                    .containsExactly("10", "9", "B", "_z", "a");
        }
    }

    @Test
    @DisplayName("INITD-14: what scripts write into configuration files stays")
    void what_scripts_write_into_configuration_files_stays() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript(
                    "a.sh",
                    "sed -i 's/^max_connections = .*/max_connections = 37/' "
                            + node.data
                            + "/postgresql.conf",
                    "echo 'host mydb all 10.0.0.0/8 reject' >> \"$PGDATA/pg_hba.conf\"",
                    "psql -c \"alter system set work_mem = '7MB'\"",
                    "test \"$(psql -Atc 'show hba_file')\" = \"$PGDATA/pg_hba.conf\" && echo same",
                    "test \"$(psql -Atc 'show data_directory')\" = \"$PGDATA\" && echo same");
            assertThat(count(init(node).stdout(), "same\n")).isEqualTo(2);
            Run run = node.serve();
            assertThat(node.ask("SHOW max_connections")).isEqualTo("37");
            assertThat(node.ask("SHOW work_mem")).isEqualTo("7MB");
            assertThat(
                            node.ask(
                                    "SELECT count(*) FROM pg_hba_file_rules WHERE '{mydb}' ="
                                            + " database"))
                    .isEqualTo("1");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("1.7: ready to accept connections is said twice on a first boot, once afterwards")
    void ready_is_said_twice_on_a_first_boot_and_once_afterwards() throws IOException {
        String ready = "database system is ready to accept connections";
        try (ProcessNode node = ProcessNode.standalone().with("POSTGRES_DB", "app")) {
            node.initScript("a.sql", "select 1;");
            Run first = node.serve();
            assertThat(first.stop().code()).isZero();
            assertThat(count(first.said(), ready)).isEqualTo(2);
            assertThat(first.said())
                    .contains("\n\nPostgreSQL init process complete; ready for start up.\n\n");
            Run second = node.serve();
            assertThat(second.stop().code()).isZero();
            assertThat(count(second.said(), ready)).isEqualTo(1);
            assertThat(second.said()).doesNotContain("a.sql");
        }
    }

    /// CREATE DATABASE where it may exist already: a recipe of many init scripts.
    @Test
    void sql_may_connect_to_its_own_server_by_dblink() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript(
                    "a.sql",
                    "create extension dblink;",
                    "select dblink_exec('dbname=postgres', 'create database other');");
            assertThat(init(node).stdout()).contains("CREATE DATABASE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"set -C", "set -u", "IFS=", "IFS=/0123456789", "set -f", "cd /tmp"})
    void what_a_sourced_file_sets_for_the_shell_is_no_obstacle(String setting) throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sh", setting);
            node.initScript("b.sql", "select 'after';");
            node.initScript("c.sh", "exit 0");
            node.initScript(
                    "d.sh",
                    "docker_temp_server_stop >/dev/null",
                    "docker_temp_server_start >/dev/null");
            node.initScript("e.sql", "select 'at the end';");
            assertThat(init(node).stdout()).contains(" after\n", " at the end\n");
        }
    }

    @Test
    void secrets_that_scripts_see_reach_no_server() throws IOException {
        try (ProcessNode node =
                ProcessNode.standalone().with("REPLICATION_PASSWORD", "hidden-7f3e")) {
            node.initScript("a.sh", "export LEAKED=leaked-7f3e", "echo has it >&2", "sleep 1");
            Run run = node.start();
            run.await("has it", 60);
            assertThat(givenToServers(run))
                    .contains("PATH=")
                    .doesNotContain("hidden-7f3e", "super");
            run.stop();
            Run again = node.serve();
            assertThat(givenToServers(again))
                    .contains("PATH=")
                    .doesNotContain("hidden-7f3e", "super", "leaked-7f3e");
            again.stop();
            assertThat(run.said() + again.said()).doesNotContain("hidden-7f3e");
        }
    }

    private static String givenToServers(Run run) {
        return run.family().stream()
                .filter(pid -> ProcFile.text(pid, "cmdline").contains("postgres\0"))
                .map(pid -> ProcFile.text(pid, "environ"))
                .collect(Collectors.joining());
    }
}
