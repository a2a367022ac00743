package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A standby that is to become something else, and what it must be afterwards.
public final class Standby {

    public static final String ROWS = "SELECT count(*) FROM t";

    private Standby() {}

    /// The primary serves, and its standby is at rest, with all that it has replayed.
    public static Run serve(ProcessNode primary, ProcessNode standby) throws IOException {
        Pair pair = new Pair(primary, standby);
        if (pair.kind().isEmpty()) {
            Run server = primary.serve();
            follow(primary, standby);
            return server;
        }
        pair.copy(
                "standby",
                made -> {
                    Run server = made.one().serve();
                    follow(made.one(), made.two());
                    assertThat(server.stop().code()).isZero();
                });
        return primary.serve();
    }

    private static void follow(ProcessNode primary, ProcessNode replica) {
        Run run = replica.start();
        run.await("started streaming WAL from primary", 60);
        primary.sql("CREATE TABLE IF NOT EXISTS t AS SELECT generate_series(1, 10000) AS n");
        String written = primary.ask("SELECT pg_current_wal_lsn()");
        String caughtUp = "SELECT pg_last_wal_replay_lsn() >= '" + written + "'";
        while (!replica.ask(caughtUp).equals("t")) {
            run.leave(Duration.ofMillis(20));
        }
        assertThat(run.stop().code()).isZero();
    }

    public static NodeState record(ProcessNode node) throws IOException {
        return NodeState.parse(Files.readString(new Layout(node.data).nodeState()));
    }

    public static List<String> histories(ProcessNode node) throws IOException {
        try (Stream<Path> files = Files.list(node.data.resolve("pg_wal"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".history"))
                    .sorted()
                    .toList();
        }
    }

    public static void assertPromoted(ProcessNode node, int timelineAtLeast) throws IOException {
        assertThat(node.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
        int timeline =
                Integer.parseInt(node.ask("SELECT timeline_id FROM pg_control_checkpoint()"));
        assertThat(timeline).isGreaterThanOrEqualTo(timelineAtLeast);
        String history = "%08X.history".formatted(timeline);
        assertThat(histories(node)).contains(history);
        assertThat(Files.readString(node.data.resolve("pg_wal").resolve(history)))
                .startsWith("1\t0/");
        assertThat(new Layout(node.data).standbySignal()).doesNotExist();
        assertThat(record(node).promotingFrom()).isEmpty();
        assertThat(record(node).promotion()).isPresent();
        assertThat(record(node).promotion().orElseThrow().to()).isEqualTo(timeline);
        assertThat(node.ask("SHOW primary_conninfo")).isEmpty();
        assertThat(node.ask("SELECT count(*) FROM pg_stat_activity WHERE usename <> 'postgres'"))
                .isEqualTo("0");
    }
}
