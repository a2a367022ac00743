package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Configuration files of the user's own, mounted and named as arguments.
class OwnConfigurationIT {

    private static Path file(ProcessNode node, String name, String... lines) throws IOException {
        return Files.writeString(node.home.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    @DisplayName("ARG-8: config_file and hba_file hold in native HA, and replication works")
    void own_files_hold_in_native_ha_and_replication_works() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            String[] ofPrimary = {
                "-c",
                "config_file="
                        + file(primary, "own.conf", "max_connections = 21", "work_mem = '6MB'"),
                "-c",
                "hba_file="
                        + file(
                                primary,
                                "own_hba.conf",
                                "local all all trust",
                                "host replication replicator all scram-sha-256")
            };
            Run first = primary.serve(ofPrimary);
            assertThat(primary.ask("SHOW max_connections")).isEqualTo("21");
            assertThat(primary.ask("SHOW wal_log_hints")).isEqualTo("on");
            Path own = file(replica, "own.conf", "max_connections = 22", "work_mem = '5MB'");
            Run second = replica.start("-c", "config_file=" + own);
            second.await("started streaming WAL from primary", 60);
            assertThat(replica.ask("SHOW work_mem")).isEqualTo("5MB");
            assertThat(replica.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(second.stop().code()).isZero();
            assertThat(first.stop().code()).isZero();
            Run again = primary.serve(ofPrimary);
            assertThat(primary.ask("SHOW work_mem")).isEqualTo("6MB");
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void an_own_file_does_not_keep_scripts_from_the_server() throws IOException {
        try (ProcessNode node = ProcessNode.primary()) {
            node.initScript("a.sql", "select 'reached';");
            Path rules = file(node, "own_hba.conf", "local all all reject");
            Run.Ended ended = node.call("docker-ensure-initdb.sh", "-c", "hba_file=" + rules);
            assertThat(ended.code()).as(ended.stderr()).isZero();
            assertThat(ended.stdout()).contains(" reached\n");
        }
    }
}
