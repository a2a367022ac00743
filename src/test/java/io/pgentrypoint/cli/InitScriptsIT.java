package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.process.ProcFile;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    @DisplayName("INITD-1: the exit code of a program is passed on, and its name is told")
    void the_exit_code_of_a_program_is_passed_on_and_its_name_is_told() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.initProgram("a.sh", "exit 7");
            node.initScript("b.sql", "select 'never'");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(7);
            assertThat(ended.stdout()).doesNotContain("b.sql", "never");
            assertThat(ended.stderr())
                    .contains("cannot run " + file + ": it ended with code 7")
                    .contains("Exit code 7");
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
    @DisplayName("INITD-4: a damaged archive fails")
    void a_damaged_archive_fails() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.initScript("a.sql.gz", "no archive");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.stderr()).contains("cannot run " + file);
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
    @DisplayName("INITD-8, INITD-9, INITD-10: what cannot run is found before anything is built")
    void what_cannot_run_is_found_before_anything_is_built() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path directory = node.home.resolve("docker-entrypoint-initdb.d/x.sh");
            Files.createDirectories(directory);
            assertRefused(node, directory.toString(), "it is a directory");
        }
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.initProgram("crlf.sh", "true");
            Files.writeString(file, "#!/bin/bash\r\ntrue\r\n");
            assertRefused(node, file.toString(), "carriage return (CRLF)");
        }
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.initProgram("python.sh", "true");
            Files.writeString(file, "#!/opt/none/python\n");
            assertRefused(node, file.toString(), "its interpreter /opt/none/python is missing");
        }
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.initScript("closed.sh", "true");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
            assertRefused(node.asOrdinaryUser(), file.toString(), "it cannot be read by uid");
        }
    }

    private static void assertRefused(ProcessNode node, String file, String why) {
        Run.Ended ended = node.call("init");
        assertThat(ended.code()).as(ended.stderr()).isEqualTo(126);
        assertThat(ended.stderr()).contains("cannot run " + file + ": ").contains(why);
        assertThat(node.data.resolve("PG_VERSION")).doesNotExist();
        assertThat(new Layout(node.data).journal()).doesNotExist();
    }

    @Test
    @DisplayName("INITD-11: an SQL error ends with psql's 3, and the next start begins anew")
    void an_sql_error_ends_with_3_and_the_next_start_begins_anew() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sql", "create table t ();");
            Path file = node.initScript("b.sql", "select nonsense;");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(3);
            assertThat(ended.stderr())
                    .contains("psql:" + file + ":1: ERROR:")
                    .contains("cannot run " + file + ": it ended with code 3 (psql: an SQL error)");
            Run.Ended again = node.call("plan");
            assertThat(again.stdout())
                    .contains("holds an unfinished first boot of ours (running scripts)")
                    .contains("discard what it built in " + node.data);
            Files.writeString(file, "select 1;");
            init(node);
            assertThat(new Layout(node.data).journal()).doesNotExist();
            Run run = node.serve();
            assertThat(node.ask("SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .isEqualTo("1");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("INITD-12: set -e holds in sourced files")
    void set_e_holds_in_sourced_files() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sh", "false", "echo never");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.stdout()).doesNotContain("never");
        }
    }

    @Test
    @DisplayName("INITD-13: exit 0 in a sourced file ends that file, not the first boot")
    void exit_0_in_a_sourced_file_ends_that_file_and_not_the_first_boot() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initScript("a.sh", "export KEPT=kept; exit 0", "echo never");
            node.initScript("b.sh", "echo \"after: $KEPT\"");
            Run.Ended ended = init(node);
            assertThat(ended.stdout()).contains("after: kept").doesNotContain("never");
            assertThat(ended.stderr()).contains("has ended the shell with exit 0");
            assertThat(new Layout(node.data).journal()).doesNotExist();
        }
    }

    @Test
    void a_sourced_file_that_replaces_the_shell_is_no_success() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path file = node.initScript("a.sh", "exec true");
            node.initScript("b.sql", "select 'never'");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.stderr()).contains("cannot run the scripts after " + file);
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
    @DisplayName("SIG-2: a stop while a script runs ends it, and what it started, within a second")
    void a_stop_while_a_script_runs_ends_it_and_what_it_started() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initProgram("a.sh", "trap '' TERM", "sleep 600 & echo started >&2", "wait; wait");
            Run run = node.start();
            run.await("started", 60);
            List<Long> family = run.family();
            assertThat(family).hasSizeGreaterThan(4);
            run.signal("TERM");
            Run.Ended ended = run.end(5);
            assertThat(ended.code()).isEqualTo(143);
            for (long pid : family) {
                assertThat(ProcessTree.alive(pid)).as(ProcFile.text(pid, "cmdline")).isFalse();
            }
        }
    }

    @Test
    @DisplayName("CRASH-2: killed while scripts run, the next start makes a whole node")
    void killed_while_scripts_run_the_next_start_makes_a_whole_node() throws IOException {
        try (ProcessNode node = ProcessNode.primary().with("POSTGRES_DB", "app")) {
            Path tablespace = Files.createDirectory(node.home.resolve("tablespace"));
            Files.setAttribute(
                    tablespace, "unix:uid", Files.getAttribute(node.home.resolve("t"), "unix:uid"));
            node.initScript(
                    "a.sql",
                    "create tablespace other location '" + tablespace + "';",
                    "create table t (a int) tablespace other;");
            Path slow = node.initScript("b.sh", "echo slowly >&2", "sleep 600");
            Run run = node.start();
            run.await("slowly", 60);
            run.kill();
            assertThat(node.data.resolve("global/pg_control")).exists();
            Files.writeString(slow, "echo quickly\n");
            Run next = node.serve();
            assertThat(next.said()).contains("running scripts", "quickly");
            assertThat(node.ask("SELECT count(*) FROM pg_database WHERE datname = 'app'"))
                    .isEqualTo("1");
            assertThat(next.stop().code()).isZero();
        }
    }

    @Test
    void an_unfinished_cluster_that_another_server_has_run_on_is_not_thrown_away()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initProgram("a.sh", "exit 1");
            assertThat(node.call("init").code()).isEqualTo(1);
            Files.writeString(
                    node.data.resolve("postmaster.opts"), "/usr/bin/postgres \"-D\" \"/data\"\n");
            Run.Ended ended = node.call("init");
            assertThat(ended.code()).isEqualTo(65);
            assertThat(ended.stderr()).contains("another server has run on it since");
            assertThat(node.data.resolve("global/pg_control")).exists();
            // Ours, killed while it wrote the file.
            Files.writeString(node.data.resolve("postmaster.opts"), "");
            node.initProgram("a.sh", "exit 0");
            assertThat(node.call("init").code()).isZero();
        }
    }

    /// By its name it might be the server's; what is in it is not.
    @Test
    void what_was_mounted_into_an_unfinished_cluster_since_is_not_thrown_away() throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone()) {
            node.initProgram("a.sh", "exit 1");
            assertThat(node.call("init").code()).isEqualTo(1);
            Path mounted = node.ownDirectory("logs");
            Path log = Files.writeString(mounted.resolve("somebodys.log"), "all of last year");
            Path place = Files.createDirectory(node.data.resolve("log"));
            Run.Ended refused = node.seeing(mounted, place).call("init");
            assertThat(log).hasContent("all of last year");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
            assertThat(refused.stderr()).contains(place + " is a mount of its own");
            assertThat(node.data.resolve("global/pg_control")).exists();
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
