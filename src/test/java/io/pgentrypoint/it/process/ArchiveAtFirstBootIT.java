package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An archive of WAL that is set up from the first start on.
class ArchiveAtFirstBootIT {

    private static ProcessNode archiving(String command) throws IOException {
        return ProcessNode.standalone()
                .with("POSTGRES_CONF_archive_mode", "on")
                .with("POSTGRES_CONF_wal_level", "logical")
                .with("POSTGRES_CONF_archive_command", command);
    }

    private static List<String> names(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    @Test
    void a_first_boot_that_is_thrown_away_leaves_nothing_in_the_archive() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path archive = node.ownDirectory("archive");
            node.with("POSTGRES_CONF_archive_mode", "on")
                    .with(
                            "POSTGRES_CONF_archive_command",
                            "test ! -f %1$s/%%f && cp %%p %1$s/%%f".formatted(archive));
            node.initScript("a.sql", "select pg_switch_wal();", "create table t ();");
            Path fails = node.initScript("b.sh", "exit 5");
            assertThat(node.call("init").code()).isEqualTo(5);
            assertThat(names(archive)).isEmpty();
            Files.delete(fails);
            Run run = node.serve();
            assertThat(node.ask("SHOW archive_mode")).isEqualTo("on");
            node.sql("SELECT pg_switch_wal()");
            Run.Ended ended = run.stop();
            assertThat(ended.code()).isZero();
            assertThat(names(archive)).isNotEmpty();
            assertThat(ended.stderr()).doesNotContain("archive command failed");
        }
    }

    @Test
    void an_archive_that_does_not_answer_does_not_hold_up_the_first_boot() throws IOException {
        try (ProcessNode node = archiving("sleep 3600")) {
            node.initScript("a.sql", "select pg_switch_wal();");
            Run run = node.serve();
            assertThat(node.ask("SHOW archive_mode")).isEqualTo("on");
            assertThat(node.ask("SHOW wal_level")).isEqualTo("logical");
            run.kill();
        }
    }

    @Test
    void an_archive_that_does_not_answer_holds_up_the_scripts_of_a_start_for_a_limited_time()
            throws IOException {
        try (ProcessNode node = archiving("sleep 3600").with("PGCTLTIMEOUT", "2")) {
            assertThat(node.call("init").code()).isZero();
            node.startScript("a.sql", "create table t (); select pg_switch_wal();");
            Run run = node.start();
            run.await("still waits", 90);
            node.served(run);
            assertThat(run.said())
                    .contains("for: archiver", "check why archive_command does not return")
                    .doesNotContain("not properly shut down");
            assertThat(node.ask("SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .isEqualTo("1");
            run.kill();
        }
    }

    @Test
    void an_archive_that_fails_is_said_once_and_shown_until_it_works_again() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path open = node.ownDirectory("archive").resolve("open");
            node.with("POSTGRES_CONF_archive_mode", "on")
                    .with("POSTGRES_CONF_archive_command", "test -e " + open);
            Run run = node.serve();
            String segment = node.ask("SELECT pg_walfile_name(pg_current_wal_lsn())");
            node.sql("SELECT pg_switch_wal()");
            Pair.await(node, "SELECT failed_count > 0 FROM pg_stat_archiver", "t");
            Pair.awaitStatus(node, said -> said.contains("archiver  fails: "));
            assertThat(node.call("status").stdout()).contains("the last with " + segment);
            Files.createFile(open);
            node.sql("SELECT pg_create_restore_point('a'), pg_switch_wal()");
            Pair.await(node, "SELECT archived_count > 0 FROM pg_stat_archiver", "t");
            Pair.awaitStatus(node, said -> !said.contains("archiver"));
            assertThat(run.said()).contains("WAL is archived again");
            assertThat(run.stop().stderr())
                    .containsOnlyOnce("Cannot archive WAL: the last attempt, with " + segment);
        }
    }
}
