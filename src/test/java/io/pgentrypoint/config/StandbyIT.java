package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A primary and a replica that have nothing but our texts.
class StandbyIT {

    @Test
    void a_replica_clones_and_streams_with_the_rendered_texts() throws IOException {
        try (ScratchCluster primary = new ScratchCluster();
                ScratchCluster replica = new ScratchCluster()) {
            primary.initialise();
            configure(primary, Environments.parse(Environments.primary()), Map.of());
            primary.append("pg_hba.conf", "local all all trust\n");
            primary.start();
            primary.sql(
                    primary.superuser(),
                    "CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'replpass'");

            Settings settings =
                    Environments.parse(
                            Environments.replica(
                                    "PRIMARY_HOST", "127.0.0.1",
                                    "PRIMARY_PORT", String.valueOf(primary.port),
                                    "REPLICA_NAME", "it's replica 1"));
            Mode.NativeReplica mode = (Mode.NativeReplica) settings.mode();
            Layout layout = new Layout(replica.data);
            replica.run(
                    "pg_basebackup",
                    "--dbname="
                            + UpstreamConninfo.clone(
                                    mode,
                                    primary.write(
                                            "clone.pgpass",
                                            PassFile.text(mode.upstream()).reveal()),
                                    RealCluster.major()),
                    "--pgdata=" + replica.data,
                    "--no-sync",
                    "--checkpoint=fast");
            replica.write("standby.signal", "");
            replica.write(
                    replica.data.relativize(layout.passFile()).toString(),
                    PassFile.text(mode.upstream()).reveal());
            replica.write(
                    Layout.SETTINGS_FILE,
                    SettingsFile.text(
                            ServerConfiguration.of(
                                    settings,
                                    layout,
                                    new MinimumSettings(Map.of("max_connections", 150), "replica"),
                                    RealCluster.major())));
            replica.start();

            // A commit that waits for a standby of this name returns once that one has it.
            assertThat(
                            primary.sql(
                                    primary.superuser(),
                                    """
                                    ALTER SYSTEM SET synchronous_standby_names = '"it''s replica 1"';
                                    SELECT pg_reload_conf();
                                    """))
                    .containsExactly("t");
            List<String> standby = List.of("it's replica 1", "sync");
            String sees =
                    "SELECT application_name, sync_state FROM pg_stat_replication, pg_sleep(0.1)";
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!primary.sql(primary.superuser(), sees).equals(standby)) {
                assertThat(System.nanoTime()).as("it is a synchronous standby").isLessThan(end);
            }
            primary.sql(primary.superuser(), "CREATE TABLE t AS SELECT 42 AS answer");
            assertThat(replica.sql(replica.superuser(), "SHOW max_connections"))
                    .containsExactly("150");
        }
    }

    /// As a first start does: our file, one include line, our block at the end.
    private static void configure(
            ScratchCluster cluster, Settings settings, Map<String, Integer> minimums)
            throws IOException {
        cluster.write(
                Layout.SETTINGS_FILE,
                SettingsFile.text(
                        ServerConfiguration.of(
                                settings,
                                new Layout(cluster.data),
                                new MinimumSettings(minimums, "replica"),
                                RealCluster.major())));
        cluster.append("postgresql.conf", Layout.INCLUDE_LINE + "\n");
        // Without initdb's rules, which trust the loopback addresses.
        cluster.write(
                "pg_hba.conf",
                "host all postgres 127.0.0.1/32 trust\n"
                        + HbaBlock.text(settings).orElseThrow()
                        + HostRule.text(settings, RealCluster.major()));
    }
}
