package io.pgentrypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.Golden;
import io.pgentrypoint.patroni.YamlText;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/// What is rendered for Patroni, as it stands in the file.
class PatroniDocumentTest {

    private static PatroniDocument.Ground ground(
            MinimumSettings minimum, boolean adopted, boolean guarded) {
        return new PatroniDocument.Ground(
                "10.0.0.7",
                Path.of("/run/p"),
                Path.of("/usr/lib/postgresql/17/bin"),
                17,
                minimum,
                adopted,
                guarded);
    }

    private static String text(PatroniDocument.Ground ground, String... pairs) {
        Settings settings = Environments.parse(Environments.patroni(pairs));
        return YamlText.of(PatroniDocument.of((Mode.Patroni) settings.mode(), settings, ground));
    }

    @Test
    void a_new_member_has_all_that_patroni_needs() {
        Golden.matches(
                "config/patroni-new.yml", text(ground(MinimumSettings.none(), false, false)));
    }

    @Test
    void an_adopted_one_keeps_what_its_cluster_ran_with() {
        Golden.matches(
                "config/patroni-adopted.yml",
                text(
                        ground(
                                new MinimumSettings(Map.of("max_connections", 300), "logical"),
                                true,
                                true),
                        "POSTGRES_DB",
                        "sh\"o'p",
                        "POSTGRES_INITDB_ARGS",
                        "-E UTF8 --locale=C -k",
                        "POSTGRES_INITDB_WALDIR",
                        "/wal",
                        "POSTGRES_CONF_work_mem",
                        "64MB",
                        "POSTGRES_CONF_max_wal_senders",
                        "20",
                        "POSTGRES_CONF_listen_addresses",
                        "10.0.0.7",
                        "PGPORT",
                        "5433",
                        "PATRONI_RESTAPI_LISTEN",
                        "0.0.0.0:8009"));
    }

    @Test
    void what_the_user_says_to_patroni_lies_in_files_of_its_own() {
        Settings settings =
                Environments.parse(
                        Environments.patroni(
                                "PATRONI_CONFIGURATION", "tags: {nosync: true}",
                                "PATRONI_ETCD3_PASSWORD", "s3cret"));
        SortedMap<String, Secret> files =
                PatroniDocument.files(
                        (Mode.Patroni) settings.mode(),
                        settings,
                        ground(MinimumSettings.none(), false, false));
        assertThat(files.keySet())
                .containsExactly("10-entrypoint.yml", "50-configuration.yml", "90-secrets.yml");
        assertThat(files).containsEntry("50-configuration.yml", new Secret("tags: {nosync: true}"));
        assertThat(files.getOrDefault("90-secrets.yml", new Secret("")).reveal())
                .contains("\"s3cret\"");
        assertThat(settings.childEnvironment())
                .containsEntry("RES_OPTIONS", "timeout:1 attempts:1")
                .containsKey("PATRONI_ETCD3_HOSTS")
                .doesNotContainKeys(
                        "PATRONI_ETCD3_PASSWORD", "PATRONI_CONFIGURATION", "POSTGRES_PASSWORD");
    }

    @Test
    void an_option_of_initdb_that_patroni_cannot_pass_on_is_refused() {
        assertThatThrownBy(() ->
                        text(
                                ground(MinimumSettings.none(), false, false),
                                "POSTGRES_INITDB_ARGS",
                                "-W"))
                .hasMessageContaining("cannot pass -W of POSTGRES_INITDB_ARGS on");
    }
}
