package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Volumes and variables that another image leaves behind.
class OtherImagesIT {

    /// Bitnami's image keeps its configuration files in the image and starts with `-c config_file`.
    @Test
    void a_volume_without_configuration_files_gets_them_and_keeps_its_rows() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run first = node.serve();
            node.sql("CREATE TABLE kept AS SELECT generate_series(1, 7) AS n");
            assertThat(first.stop().code()).isZero();
            for (String name :
                    List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf", "entrypoint.conf")) {
                Files.delete(node.data.resolve(name));
            }

            Run second = node.serve();
            assertThat(node.ask("SELECT count(*) FROM kept")).isEqualTo("7");
            assertThat(
                            node.ask(
                                    "SELECT pg_catalog.count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL"))
                    .isEqualTo("0");
            assertThat(second.stop().code()).isZero();
            assertThat(Files.readString(node.data.resolve("pg_hba.conf")))
                    .endsWith("host all all all md5\n");
            assertThat(node.data.resolve("pgsql_tmp_entrypoint/model")).doesNotExist();
        }
    }

    @Test
    void bitnamis_names_make_a_primary() throws IOException {
        try (ProcessNode node =
                ProcessNode.standalone()
                        .with("POSTGRES_PASSWORD", "")
                        .with("POSTGRESQL_PASSWORD", "super")
                        .with("POSTGRESQL_REPLICATION_MODE", "master")
                        .with("POSTGRESQL_REPLICATION_USER", "my_repl_user")
                        .with("POSTGRESQL_REPLICATION_PASSWORD", "my_repl_password")
                        .with("POSTGRESQL_DATABASE", "my_database")) {
            Run run = node.serve();
            assertThat(
                            node.ask(
                                    "SELECT rolreplication FROM pg_roles WHERE rolname ="
                                            + " 'my_repl_user'"))
                    .isEqualTo("t");
            assertThat(node.ask("SELECT count(*) FROM pg_database WHERE datname = 'my_database'"))
                    .isEqualTo("1");
            assertThat(run.stop().code()).isZero();
            assertThat(run.said())
                    .contains(
                            "POSTGRESQL_PASSWORD: is a name of another image, understood as"
                                    + " POSTGRES_PASSWORD");
        }
    }
}
