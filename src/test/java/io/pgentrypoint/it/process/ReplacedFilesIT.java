package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Configuration files that init scripts put in the place of the cluster's own.
class ReplacedFilesIT {

    @Test
    @DisplayName("INITD-14: a postgresql.conf that a script replaces keeps our settings")
    void a_configuration_file_that_a_script_replaces_keeps_our_settings() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().with("POSTGRES_CONF_work_mem", "8MB")) {
            node.initScript(
                    "a.sh",
                    "cp \"$(pg_config --sharedir)/postgresql.conf.sample\" \"$PGDATA/postgresql.conf\"",
                    "echo 'work_mem = 5MB' >>\"$PGDATA/postgresql.conf\"",
                    "echo 'max_connections = 37' >>\"$PGDATA/postgresql.conf\"");
            Run run = node.serve();
            assertThat(node.ask("SHOW work_mem")).isEqualTo("8MB");
            assertThat(node.ask("SHOW max_connections")).isEqualTo("37");
            assertThat(run.stop().code()).isZero();
            Run again = node.serve();
            assertThat(node.ask("SHOW work_mem")).isEqualTo("8MB");
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    @DisplayName("INITD-14: a primary whose script replaces both files is followed by a replica")
    void a_primary_whose_script_replaces_both_files_is_followed_by_a_replica() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            primary.initScript(
                    "a.sh",
                    "printf '%s\\n' 'wal_level = minimal' 'max_wal_senders = 0' >\"$PGDATA/postgresql.conf\"",
                    "rm \"$PGDATA/pg_hba.conf\"",
                    "printf '%s\\n' 'local all all trust' >\"$PGDATA/pg_hba.conf\"");
            Run first = primary.serve();
            assertThat(primary.ask("SHOW wal_level")).isEqualTo("replica");
            assertThat(Files.readString(primary.data.resolve("pg_hba.conf")))
                    .startsWith("local all all trust\n");
            Run second = replica.start();
            second.await("started streaming WAL from primary", 90);
            assertThat(second.stop().code()).isZero();
            assertThat(first.stop().code()).isZero();
        }
    }
}
