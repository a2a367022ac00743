package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Disconnected;
import io.pgentrypoint.probe.ServerState.Downstream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// Pages for tests.
final class Pages {

    static final Instant NOW = Instant.parse("2026-01-31T10:20:30Z");

    private static final ClusterView.Table CLUSTER =
            new ClusterView.Table(
                    List.of("Node", "Role", "State", "Timeline", "Lag", "Position"),
                    List.of(
                            new ClusterView.Line(
                                    List.of("db1 *", "primary", "running", "3", "-", "16/B374D848"),
                                    true),
                            new ClusterView.Line(
                                    List.of(
                                            "db2",
                                            "replica",
                                            "streaming",
                                            "3",
                                            "16.0 kB, 1.2 ms",
                                            "16/B3749848"),
                                    true),
                            new ClusterView.Line(
                                    List.of("db3", "replica", "missing", "-", "-", "16/A1000060"),
                                    false)),
                    List.of(
                            """
                            db3 does not answer (it last streamed at 2026-01-31T10:02:11Z): start \
                            it, or look at its log and the network\
                            """));

    private static final List<String> LOG =
            List.of(
                    """
                    2026-01-31 10:02:41.817 UTC [entrypoint] WARN  Standby db3 is missing: it last \
                    streamed 30 s ago, at 16/A1000060. Start it, or look at its log; what has not \
                    streamed for 7 d 00 h is forgotten\
                    """,
                    "2026-01-31 09:58:03.120 UTC [entrypoint] INFO  Ready: primary on timeline 3",
                    "2026-01-31 09:58:02.480 UTC [entrypoint] INFO  Start postgres",
                    """
                    2026-01-31 09:58:02.031 UTC [entrypoint] INFO  Write the settings of a primary \
                    into postgresql.conf\
                    """);

    private Pages() {}

    static String of(NodeStatus status, ClusterView cluster) {
        return new PageText("db1", "native node of 3", status, cluster).html(lags(), LOG, NOW);
    }

    /// One that misses a standby.
    static String primary() {
        NodeStatus primary =
                Nodes.primary(
                                new Downstream(
                                        "db2",
                                        "10.0.0.2",
                                        "streaming",
                                        "async",
                                        "db2",
                                        "16/B3749848",
                                        16384L,
                                        0.0012))
                        .withDisconnected(
                                List.of(
                                        new Disconnected(
                                                "db3",
                                                "2026-01-31T10:02:11Z",
                                                "16/A1000060",
                                                "db3",
                                                "extended",
                                                4096L)));
        return of(primary, CLUSTER);
    }

    /// Asked every fifteen seconds, with a pause, and a peak.
    private static long[] lags() {
        long[] lags = new long[Lags.SLOTS];
        Arrays.fill(lags, Lags.UNKNOWN);
        for (int slot = 2; slot < Lags.SLOTS; slot += 3) {
            if (slot < 30 || slot > 55) {
                long peak = Math.max(0, 20 - Math.abs(slot - 85));
                lags[slot] = 16384 + slot % 7 * 4096L + peak * peak * 3000;
            }
        }
        return lags;
    }
}
