package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ContainerTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Under an engine that is not root, the container's root is an ordinary user outside, and gives
/// files to ids that only its user namespace knows.
@ContainerTest
class RootlessIT {

    @AutoClose private static RootlessEngine engine;

    @BeforeAll
    static void start() {
        engine = new RootlessEngine();
    }

    private static List<String> options(String network, Map<String, String> environment) {
        List<String> options = new ArrayList<>(List.of("--network", network));
        environment.forEach((name, value) -> options.addAll(List.of("--env", name + "=" + value)));
        return options;
    }

    @Test
    void a_primary_and_a_replica_replicate_and_stop_cleanly() {
        String primary =
                engine.start(
                        "primary",
                        options(
                                "none",
                                Map.of(
                                        "POSTGRES_PASSWORD", "x",
                                        "HA_MODE", "native",
                                        "REPLICATION_ROLE", "primary",
                                        "REPLICATION_PASSWORD", "secret")));
        String replica =
                engine.start(
                        "replica",
                        options(
                                "container:" + primary,
                                Map.of(
                                        "POSTGRES_PASSWORD", "x",
                                        "HA_MODE", "native",
                                        "REPLICATION_ROLE", "replica",
                                        "REPLICATION_PASSWORD", "secret",
                                        "PGPORT", "5433",
                                        "PRIMARY_HOST", "127.0.0.1",
                                        // The loopback address, where no password is asked for.
                                        "REPLICATION_REQUIRE_AUTH", "scram-sha-256,none")));
        engine.awaitSql(replica, "SELECT status FROM pg_stat_wal_receiver", "streaming");

        String map = engine.podman("exec", primary, "cat", "/proc/1/uid_map");
        assertThat(RootlessEngine.lastLine(map).strip()).startsWith("1 ");
        String status = engine.podman("exec", primary, "cat", "/proc/1/status");
        assertThat(status).containsPattern("Uid:\t999\t999\t999\t999").contains("CapEff:\t0000");
        assertThat(engine.podman("exec", replica, "entrypoint", "healthcheck")).endsWith("healthy");
        assertThat(engine.stop(replica)).isEqualTo("0");
        assertThat(engine.stop(primary)).isEqualTo("0");
        engine.podman("start", primary);
        engine.awaitSql(primary, "SELECT 1", "1");
        assertThat(engine.stop(primary)).isEqualTo("0");
    }

    /// Files on a directory of the host are then that user's own.
    @Test
    void the_engines_user_is_the_servers() {
        List<String> options = options("none", Map.of("POSTGRES_PASSWORD", "x"));
        options.addAll(List.of("--userns", "keep-id:uid=999,gid=999", "--user", "999:999"));
        String node = engine.start("keep-id", options);
        engine.awaitSql(node, "SELECT 1", "1");
        assertThat(engine.stop(node)).isEqualTo("0");
    }
}
