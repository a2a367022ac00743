package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.Network;
import io.pgentrypoint.settings.mode.Rejoin;
import io.pgentrypoint.settings.mode.Slot;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.StandbyIdentity;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What holds when the environment says little.
class DefaultsTest {

    private static final List<Network> ANYWHERE =
            List.of(new Network("0.0.0.0/0", false), new Network("::/0", false));

    @Test
    void an_empty_environment_is_a_standalone_node_as_in_the_official_image() {
        assertThat(Environments.parse(Map.of()))
                .isEqualTo(
                        new Settings(
                                new Mode.Standalone(),
                                Path.of("/var/lib/postgresql/data"),
                                5432,
                                new Superuser("postgres", Optional.empty(), "postgres"),
                                new Initdb(List.of(), Optional.empty()),
                                Optional.empty(),
                                new java.util.TreeMap<>(),
                                new ServerArguments(List.of()),
                                Map.of("PGDATA", "/var/lib/postgresql/data", "PGPORT", "5432"),
                                "info",
                                LogFormat.TEXT,
                                Duration.ofSeconds(60),
                                Settings.StopMode.FAST,
                                Optional.empty(),
                                true,
                                new VolumeUse(
                                        Duration.ofSeconds(60),
                                        VolumeUse.OnDiskFull.FAIL,
                                        VolumeUse.OnOldMajor.REFUSE,
                                        Optional.empty()),
                                List.of(),
                                new java.util.TreeMap<>(),
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void a_native_primary_needs_a_password_only() {
        assertThat(Environments.parse(Environments.primary()).mode())
                .isEqualTo(
                        new Mode.NativePrimary(
                                new Credentials("replicator", new Secret("replpass")), ANYWHERE));
    }

    @Test
    void a_native_replica_needs_a_password_and_its_primary_only() {
        assertThat(Environments.parse(Environments.replica()).mode())
                .isEqualTo(
                        new Mode.NativeReplica(
                                new UpstreamServer(
                                        new HostPort("db1", 5432),
                                        new Credentials("replicator", new Secret("replpass")),
                                        new Tls(
                                                SslMode.PREFER,
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty())),
                                new StandbyIdentity(
                                        Environments.HOST_NAME, false, new Slot.None(), false),
                                ANYWHERE,
                                Duration.ofMinutes(5),
                                Rejoin.REFUSE,
                                List.of()));
    }

    @Test
    void a_replica_asks_the_same_peers_as_a_primary() {
        Mode.NativeReplica replica =
                (Mode.NativeReplica)
                        Environments.parse(Environments.replica("PEER_HOSTS", "db2,db3:5433"))
                                .mode();
        assertThat(replica.primary()).isEqualTo(new HostPort("db1", 5432));
        assertThat(replica.peers())
                .extracting(UpstreamServer::address)
                .containsExactly(new HostPort("db2", 5432), new HostPort("db3", 5433));
    }

    @Test
    void the_database_is_named_after_the_superuser() {
        assertThat(
                        Environments.parse(Environments.standalone("POSTGRES_USER", "admin"))
                                .superuser())
                .isEqualTo(new Superuser("admin", Optional.empty(), "admin"));
    }

    @Test
    void an_empty_value_is_an_unset_value() {
        Map<String, String> empty = Environments.standalone();
        for (Variable<?> variable : Variables.all()) {
            empty.put(variable.name(), "");
            empty.put(variable.fileName(), "");
        }
        Settings settings = Environments.parse(empty);
        assertThat(settings.mode()).isEqualTo(new Mode.Standalone());
        assertThat(settings.superuser())
                .isEqualTo(new Superuser("postgres", Optional.empty(), "postgres"));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void the_compose_file_of_the_requirements_is_accepted() {
        Map<String, String> primary =
                Environments.primary(
                        "POSTGRES_USER", "admin",
                        "POSTGRES_PASSWORD", "admin",
                        "REPLICATION_USER", "replicator",
                        "REPLICATION_PASSWORD", "secret");
        assertThat(Environments.problems(primary)).isEmpty();
        Map<String, String> replica = Environments.replica("PRIMARY_HOST", "primary");
        replica.putAll(primary);
        replica.put("REPLICATION_ROLE", "replica");
        assertThat(Environments.problems(replica)).isEmpty();
    }

    @Test
    void every_mode_has_its_title() {
        assertThat(Environments.parse(Map.of()).mode().title()).isEqualTo("standalone");
        assertThat(Environments.parse(Environments.primary()).mode().title())
                .isEqualTo("native primary");
        assertThat(
                        Environments.parse(Environments.replica("PRIMARY_HOST", "fd00::1"))
                                .mode()
                                .title())
                .isEqualTo("native replica of [fd00::1]:5432");
    }

    @Test
    void each_group_of_a_citus_cluster_has_a_place_of_its_own_in_patronis_store() {
        assertThat(folder()).isEqualTo("/service/shop/");
        assertThat(folder("USE_CITUS", "true", "CITUS_GROUP", "2")).isEqualTo("/service/shop/2/");
        assertThat(folder("PATRONI_CONFIGURATION", "{citus: {database: d, group: 1}}"))
                .isEqualTo("/service/shop/1/");
    }

    private static String folder(String... pairs) {
        return Environments.parse(Environments.patroni(pairs)).dcs().orElseThrow().folder();
    }
}
