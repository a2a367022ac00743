package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerConfigurationTest {

    private static final Map<String, Integer> PRIMARY_RUNS_WITH =
            Map.of(
                    "max_connections", 100,
                    "max_worker_processes", 8,
                    "max_wal_senders", 10,
                    "max_prepared_transactions", 0,
                    "max_locks_per_transaction", 64);

    @Test
    void a_standalone_node_needs_nothing_of_ours() {
        Settings settings = Environments.parse(Environments.standalone());
        assertThat(
                        ServerConfiguration.of(
                                settings,
                                new Layout(settings.dataDirectory()),
                                MinimumSettings.none(),
                                17))
                .isEmpty();
    }

    @Test
    void settings_of_the_environment_are_added_by_name() {
        golden(
                "standalone-with-settings",
                Environments.standalone(
                        "POSTGRES_CONF_shared_buffers", "256MB",
                        "POSTGRES_CONF_LOG_LINE_PREFIX", "%m [%p] it's ",
                        "POSTGRES_CONF_auto_explain__log_min_duration", "1s",
                        "POSTGRES_CONF_listen_addresses", "10.0.0.1"));
    }

    @Test
    void the_servers_own_settings_of_tls_win_over_the_variables() {
        golden(
                "tls",
                Environments.standalone(
                        "TLS_CERT", Environments.tls("ec.crt").toString(),
                        "TLS_KEY", Environments.tls("ec.key").toString(),
                        "TLS_CA", Environments.tls("rsa.crt").toString(),
                        "POSTGRES_CONF_ssl_min_protocol_version", "TLSv1.3",
                        "POSTGRES_CONF_ssl_ca_file", "/own/ca.crt"));
    }

    @Test
    void a_citus_node_preloads_citus_before_the_users_libraries() {
        golden(
                "citus",
                Environments.citus(
                        "POSTGRES_CONF_shared_preload_libraries", "pg_stat_statements, citus",
                        "POSTGRES_CONF_max_connections", "300"));
    }

    @Test
    void a_native_primary_has_what_replication_needs() {
        golden("native-primary", Environments.primary());
    }

    @Test
    void what_the_user_sets_replaces_what_the_mode_brings() {
        golden(
                "native-primary-with-settings",
                Environments.primary(
                        "POSTGRES_CONF_wal_keep_size", "4GB",
                        "POSTGRES_CONF_wal_level", "logical",
                        "POSTGRES_CONF_work_mem", "8MB"));
    }

    @Test
    void a_native_replica_has_all_that_a_primary_has_and_its_upstream() {
        golden("native-replica", Environments.replica());
    }

    @Test
    void every_choice_of_a_replica_shows_in_its_settings() {
        golden(
                "native-replica-with-choices",
                Environments.replica(
                        "PRIMARY_HOST", "fd00::1",
                        "PRIMARY_PORT", "6432",
                        "REPLICATION_USER", "it's me",
                        "REPLICATION_SSLMODE", "verify-full",
                        "REPLICATION_SSLROOTCERT", "/run/secrets/my ca.pem",
                        "REPLICATION_SSLCERT", "/run/secrets/client.pem",
                        "REPLICATION_SSLKEY", "/run/secrets/client.key",
                        "REPLICA_NAME", "Replica-7",
                        "REPLICATION_SLOT", "auto",
                        "PGDATA", "/data"));
    }

    @Test
    void a_replica_is_raised_to_what_its_primary_runs_with() {
        Settings settings =
                Environments.parse(
                        Environments.replica(
                                "POSTGRES_CONF_max_connections", "50",
                                "POSTGRES_CONF_max_worker_processes", "32"));
        Map<String, Integer> minimums =
                Map.of(
                        "max_connections", 300,
                        "max_worker_processes", 16,
                        "max_wal_senders", 20,
                        "max_prepared_transactions", 5,
                        "max_locks_per_transaction", 64);
        Golden.matches("config/native-replica-raised.conf", text(settings, minimums));
        assertThat(ServerConfiguration.raised(settings, new MinimumSettings(minimums, "replica")))
                .extracting(StandbyMinimums.TooLow::sentence)
                .containsExactly(
                        "max_connections is raised from 50 to the primary's 300",
                        "max_prepared_transactions is raised from 0 to the primary's 5",
                        "max_wal_senders is raised from 10 to the primary's 20");
    }

    @Test
    void only_a_replica_is_raised() {
        Map<String, Integer> minimums = Map.of("max_connections", 300);
        for (Map<String, String> environment :
                List.of(Environments.standalone(), Environments.primary())) {
            Settings settings = Environments.parse(environment);
            assertThat(
                            ServerConfiguration.raised(
                                    settings, new MinimumSettings(minimums, "replica")))
                    .isEmpty();
            assertThat(text(settings, minimums)).isEqualTo(text(settings, Map.of()));
        }
    }

    @Test
    void what_a_primary_has_run_with_is_not_lowered() {
        Settings settings = Environments.parse(Environments.primary());
        MinimumSettings minimum = new MinimumSettings(Map.of("max_wal_senders", 50), "logical");
        assertThat(
                        ServerConfiguration.of(
                                settings, new Layout(settings.dataDirectory()), minimum, 17))
                .contains(
                        new Setting("max_wal_senders", "50", "pg_controldata"),
                        new Setting("wal_level", "logical", "pg_controldata"));
    }

    @Test
    void the_user_may_lower_it_all_the_same() {
        Settings settings =
                Environments.parse(Environments.primary("POSTGRES_CONF_max_wal_senders", "20"));
        MinimumSettings minimum = new MinimumSettings(Map.of("max_wal_senders", 50), "replica");
        assertThat(
                        ServerConfiguration.of(
                                settings, new Layout(settings.dataDirectory()), minimum, 17))
                .contains(new Setting("max_wal_senders", "20", "POSTGRES_CONF_max_wal_senders"));
    }

    @Test
    void the_password_is_in_no_setting() {
        Settings settings =
                Environments.parse(Environments.replica("REPLICATION_PASSWORD", "s3cret"));
        assertThat(text(settings, PRIMARY_RUNS_WITH)).doesNotContain("s3cret");
    }

    @Test
    void the_server_reads_its_port_from_its_environment() {
        Settings settings = Environments.parse(Environments.primary("PGPORT", "6000"));
        assertThat(text(settings, Map.of())).doesNotContain("6000");
        assertThat(settings.childEnvironment()).containsEntry("PGPORT", "6000");
    }

    @Test
    void the_same_settings_give_the_same_text() {
        assertThat(text(Environments.parse(Environments.replica()), PRIMARY_RUNS_WITH))
                .isEqualTo(text(Environments.parse(Environments.replica()), PRIMARY_RUNS_WITH));
    }

    private static void golden(String name, Map<String, String> environment) {
        Golden.matches(
                "config/" + name + ".conf",
                text(Environments.parse(environment), PRIMARY_RUNS_WITH));
    }

    private static String text(Settings settings, Map<String, Integer> minimums) {
        Layout layout = new Layout(settings.dataDirectory());
        return SettingsFile.text(
                ServerConfiguration.of(
                        settings, layout, new MinimumSettings(minimums, "replica"), 17));
    }
}
