package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A volume that another tool has copied, or into which somebody has mounted files.
class CopiedVolumeIT {

    @Test
    void directories_that_a_copy_has_left_out_for_being_empty_are_made() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run first = node.serve();
            node.sql("CREATE TABLE t AS SELECT generate_series(1, 100) AS n");
            assertThat(first.stop().code()).isZero();
            List<String> before = directories(node);
            RealCluster.execute(
                    List.of("find", node.data.toString(), "-type", "d", "-empty", "-delete"));
            assertThat(directories(node)).hasSizeLessThan(before.size() - 10);

            assertThat(node.call("plan").stdout())
                    .contains("make in " + node.data + " the empty directories pg_commit_ts, ")
                    .contains("pg_notify, pg_replslot, ")
                    .contains("copy that leaves out empty directories");
            Run run = node.serve();
            assertThat(node.ask("SELECT count(*) FROM t")).isEqualTo("100");
            assertThat(run.stop().code()).isZero();
            assertThat(directories(node)).isEqualTo(before);
            Run again = node.serve();
            assertThat(again.said()).contains("nothing, everything is as it should be");
            assertThat(again.stop().code()).isZero();
        }
    }

    private static List<String> directories(ProcessNode node) throws IOException {
        try (Stream<Path> all = Files.walk(node.data)) {
            return all.filter(Files::isDirectory)
                    .map(each -> node.data.relativize(each).toString())
                    .filter(name -> !name.startsWith("pgsql_tmp"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void a_configuration_file_that_is_mounted_read_only_is_named_before_anything_is_done()
            throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            node.with("HA_MODE", "native")
                    .with("REPLICATION_ROLE", "primary")
                    .with("REPLICATION_PASSWORD", ProcessNode.PASSWORD);
            Path rules = node.data.resolve("pg_hba.conf");
            Run.Ended ended = node.seeingReadOnly(rules).call("run");
            assertThat(ended.code()).as(ended.stderr()).isEqualTo(78);
            assertThat(ended.stderr())
                    .contains(rules + " is mounted read-only")
                    .contains("mount it writable")
                    .contains("-c hba_file=");
        }
    }

    @Test
    void a_file_that_is_mounted_read_only_and_needs_no_change_stops_nothing() throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            Run run = node.seeingReadOnly(node.data.resolve("pg_hba.conf")).serve();
            assertThat(node.ask("SELECT 1")).isEqualTo("1");
            assertThat(run.stop().code()).isZero();
        }
    }
}
