package io.pgentrypoint.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.RealCluster;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObserverTest {

    @TempDir private Path volume;

    private Settings settings(Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>(environment);
        all.put("PGDATA", volume.toString());
        all.put("PATH", RealCluster.programs() + ":/usr/bin:/bin");
        return Settings.from(all, List.of(), "node");
    }

    private Settings replica() {
        return settings(
                Map.of(
                        "HA_MODE", "native",
                        "REPLICATION_ROLE", "replica",
                        "REPLICATION_PASSWORD", "unused",
                        "PRIMARY_HOST", "127.0.0.1",
                        "PRIMARY_PORT", String.valueOf(RealCluster.freePort())));
    }

    @Test
    void a_replica_sees_its_volume_and_its_primary() {
        Observed observed = Observer.look(replica(), new Programs(new StopRequest()));
        assertThat(observed.installation().binDirectory()).isEqualTo(RealCluster.programs());
        assertThat(observed.dataDirectory()).isEqualTo(new DataDirectory.Empty());
        assertThat(observed.upstream())
                .containsInstanceOf(Upstream.Unusable.class)
                .get()
                .extracting(upstream -> ((Upstream.Unusable) upstream).reason())
                .isEqualTo(Upstream.Reason.REFUSED);
    }

    @Test
    void the_volume_can_be_looked_at_alone() {
        assertThat(Observer.lookAtVolume(replica(), new Programs(new StopRequest())).upstream())
                .isEmpty();
    }

    @Test
    void a_standalone_node_has_no_upstream() {
        assertThat(Observer.look(settings(Map.of()), new Programs(new StopRequest())).upstream())
                .isEmpty();
    }
}
