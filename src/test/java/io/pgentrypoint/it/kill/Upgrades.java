package io.pgentrypoint.it.kill;

import static io.pgentrypoint.kit.Standby.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Soundness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a start does to a volume of an older major version.
final class Upgrades {

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");

    private Upgrades() {}

    /// The newest but one of this machine.
    static Optional<Path> olderPrograms() {
        try (Stream<Path> versions = Files.list(PACKAGES)) {
            List<Path> newestFirst =
                    versions.map(version -> version.resolve("bin"))
                            .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                            .sorted(Comparator.comparingInt(Upgrades::major).reversed())
                            .toList();
            return newestFirst.stream().skip(1).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int major(Path bin) {
        return Integer.parseInt(String.valueOf(bin.resolveSibling("").getFileName()));
    }

    static Scenario by(String way, Path oldPrograms) throws IOException {
        ProcessNode before =
                ProcessNode.standalone()
                        .with("POSTGRES_INITDB_ARGS", Soundness.CHECKSUMS)
                        .with("PATH", oldPrograms + ":" + System.getenv("PATH"));
        Run run = before.serve();
        before.sql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n");
        before.sql("CREATE EXTENSION pg_stat_statements");
        before.sql("CREATE EXTENSION amcheck");
        before.sql("ALTER SYSTEM SET work_mem = '7MB'");
        // A crash to recover from.
        run.kill();
        return Scenario.of(
                () -> ProcessNode.standalone().on(before.data).with("UPGRADE", way),
                (node, started) -> {
                    assertThat(node.ask("SHOW server_version_num"))
                            .doesNotStartWith(String.valueOf(major(oldPrograms)));
                    assertThat(node.ask(ROWS)).isEqualTo("10000");
                    assertThat(node.ask("SHOW work_mem")).isEqualTo("7MB");
                },
                before);
    }
}
