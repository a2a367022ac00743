package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbesTest {

    private static final MaxLag FIVE_BYTES = MaxLag.parse(List.of("5B"));

    private static int code(NodeStatus status, MaxLag limit, String wanted) {
        return Probes.judged(status, limit, wanted).code();
    }

    @Test
    void each_role_is_ready_and_only_its_own_path_says_so() {
        NodeStatus primary = Nodes.primary();
        NodeStatus replica = Nodes.replica(0);
        assertThat(code(primary, MaxLag.ANY, "")).isEqualTo(200);
        assertThat(code(replica, MaxLag.ANY, "")).isEqualTo(200);
        assertThat(code(primary, MaxLag.ANY, "primary")).isEqualTo(200);
        assertThat(code(replica, MaxLag.ANY, "primary")).isEqualTo(503);
        assertThat(code(primary, MaxLag.ANY, "replica")).isEqualTo(503);
        assertThat(code(replica, MaxLag.ANY, "replica")).isEqualTo(200);
    }

    @Test
    void a_limit_counts_for_replicas_only() {
        assertThat(code(Nodes.replica(5), FIVE_BYTES, "")).isEqualTo(200);
        assertThat(code(Nodes.replica(6), FIVE_BYTES, "")).isEqualTo(503);
        assertThat(code(Nodes.replica(6), FIVE_BYTES, "replica")).isEqualTo(503);
        assertThat(code(Nodes.primary(), FIVE_BYTES, "")).isEqualTo(200);
    }

    @Test
    void what_is_not_ready_is_neither_role_and_says_why() {
        NodeStatus down = NodeStatus.notReady("the reason", Nodes.running(), Optional.empty());
        for (String wanted : List.of("", "primary", "replica")) {
            Probes.Page page = Probes.judged(down, MaxLag.ANY, wanted);
            assertThat(page.code()).isEqualTo(503);
            assertThat(page.text()).contains("the reason");
        }
    }
}
