package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Init scripts that cannot run or fail, and what the next start makes of it.
class FailedScriptsIT {

    private static Run.Ended init(ProcessNode node) {
        Run.Ended ended = node.call("init");
        assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
        return ended;
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
}
