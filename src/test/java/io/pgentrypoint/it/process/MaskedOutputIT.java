package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Etcd;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the programs print that this image runs, with a secret in it.
class MaskedOutputIT {

    private static final String SUPERUSER = "hush'7f3e91";
    private static final String REPLICATION = "silence\"4b8c2d";
    private static final List<String> PARTS = List.of("7f3e91", "4b8c2d", "c2FsdHNhbHQ=");

    private static final String QUOTED =
            """
            echo "ALTER USER x WITH PASSWORD E'hush''7f3e91';" >&%1$d
            echo 'password=silence\\"4b8c2d' >&%1$d
            echo 'SCRAM-SHA-256$4096:c2FsdHNhbHQ=$a2V5:a2V5' >&%1$d
            """;

    /// PostgreSQL's programs, of which one says secrets to both of its outputs and then fails.
    private static Path programs(ProcessNode node, String failing) throws IOException {
        Path directory = Files.createDirectory(node.home.resolve("programs"));
        try (var programs = Files.list(RealCluster.programs())) {
            for (Path program : programs.toList()) {
                String name = program.getFileName().toString();
                script(
                        directory.resolve(name),
                        name.equals(failing)
                                ? QUOTED.formatted(1) + QUOTED.formatted(2) + "exit 1"
                                : "exec " + program + " \"$@\"");
            }
        }
        node.with("PATH", directory + ":/usr/bin:/bin");
        return directory;
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void nothingIsSaid(Run.Ended ended, String masked) {
        assertThat(ended.code()).as(ended.stderr()).isNotZero();
        assertThat(ended.stdout() + ended.stderr())
                .contains(masked)
                .doesNotContain(PARTS.toArray(String[]::new));
    }

    private static ProcessNode secretive(ProcessNode node, String format) {
        return node.with("POSTGRES_PASSWORD", SUPERUSER)
                .with("REPLICATION_PASSWORD", REPLICATION)
                .with("LOG_FORMAT", format)
                .with("LOG_LEVEL", "debug");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void an_error_of_initdb_is_masked(String format) throws IOException {
        try (ProcessNode node = secretive(ProcessNode.primary(), format)) {
            programs(node, "initdb");
            nothingIsSaid(node.call(), "WITH PASSWORD E'****'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void an_error_of_a_script_of_the_first_boot_is_masked(String format) throws IOException {
        try (ProcessNode node = secretive(ProcessNode.primary(), format)) {
            node.initScript("a.sql", "CREATE ROLE app LOGIN PASSWORD 'hush''7f3e91' OF NOTHING;");
            nothingIsSaid(node.call(), "PASSWORD '****' OF NOTHING");
        }
    }

    @Test
    void an_error_of_pg_basebackup_is_masked() throws IOException {
        try (ProcessNode primary = secretive(ProcessNode.primary(), "text");
                ProcessNode replica = secretive(ProcessNode.replicaOf(primary.port), "text")) {
            primary.serve();
            programs(replica, "pg_basebackup");
            nothingIsSaid(replica.call(), "cannot clone 127.0.0.1");
        }
    }

    /// Patroni runs them itself, and hands their output on as its own.
    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void what_patroni_and_its_programs_print_is_masked(String format) throws IOException {
        try (Etcd etcd = Etcd.start();
                ProcessNode first =
                        secretive(ProcessNode.member("first", etcd.port), format).onOpenVolume();
                ProcessNode second =
                        secretive(ProcessNode.member("second", etcd.port), format).onOpenVolume()) {
            // Which runs the initdb beside itself.
            programs(first, "pg_ctl");
            nothingIsSaid(first.call(), "WITH PASSWORD E'****'");

            Path shows =
                    script(second.home.resolve("shows"), "cat \"$PGPASSFILE\"; echo shown; exit 1");
            second.with("PATRONI_LOG_LEVEL", "DEBUG")
                    .with("PATRONI_SCOPE", "other")
                    .with("PATRONI_CONFIGURATION", "{bootstrap: {post_init: %s}}".formatted(shows));
            Run.Ended ended = second.call();
            nothingIsSaid(ended, "shown");
            assertThat(ended.stdout() + ended.stderr()).contains(":****");
        }
    }
}
