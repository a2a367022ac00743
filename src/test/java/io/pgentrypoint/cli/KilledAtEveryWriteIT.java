package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Killed at any system call by which the entrypoint changes a volume, the next start makes a whole
/// node. A sample by default, another with `-Dkill.seed=…`, all of them in `make soak`.
class KilledAtEveryWriteIT {

    private final Random random = new Random(Long.getLong("kill.seed", HostileText.FIRST_SEED));

    private static Node primary() throws IOException {
        Node node = Node.primary().with("POSTGRES_DB", "app");
        return node.with("POSTGRES_INITDB_WALDIR", node.home.resolve("wal").toString());
    }

    @Test
    void a_first_boot() throws IOException {
        try (Node node = primary()) {
            node.ownHome();
            var points = WriteCalls.of(node, "init");
            assertThat(points).hasSizeGreaterThan(40);
            for (WriteCalls.Point point : WriteCalls.sample(points, random)) {
                tryFirstBoot(point);
            }
        }
    }

    private static void tryFirstBoot(WriteCalls.Point point) throws IOException {
        try (Node node = primary()) {
            node.ownHome();
            WriteCalls.kill(node, point, "init");
            Run run = node.serve();
            assertThat(
                            node.ask(
                                    "SELECT count(*) FROM pg_roles, pg_database"
                                            + " WHERE rolname = 'replicator' AND rolreplication"
                                            + " AND datname = 'app'"))
                    .as("killed at %s: %s", point, run.said())
                    .isEqualTo("1");
            assertThat(run.stop().code()).isZero();
            assertNothingLeft(node);
        }
    }

    private static void assertNothingLeft(Node node) {
        Layout layout = new Layout(node.data);
        assertThat(layout.journal()).doesNotExist();
        assertThat(layout.staging().dataDirectory()).doesNotExist();
        assertThat(Files.exists(node.home.resolve("wal"))).isTrue();
    }
}
