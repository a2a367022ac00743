package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.execute.move.Relocator;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `entrypoint upgrade`, beside a node and without one. There is one PostgreSQL here: the other
/// version is a copy whose files say another number. UpgradeIT has both.
class UpgradeEndingIT {

    private static final int OURS = RealCluster.major();
    private static final int OLDER = OURS - 1;
    private static final int NEWER = OURS + 1;

    private static Layout layout(ProcessNode node) {
        return new Layout(node.data);
    }

    private static Path kept(ProcessNode node, int from) {
        return layout(node).stateDirectory().resolve(aside(from));
    }

    private static String aside(int major) {
        return Layout.replacedName("postgresql-" + major);
    }

    /// Beside what is in its place.
    private static void keep(ProcessNode node, int from, int to, boolean coarse)
            throws IOException {
        Path aside = Files.createDirectory(kept(node, from));
        try (Stream<Path> entries = Files.list(node.data)) {
            for (Path entry : entries.filter(UpgradeEndingIT::isContent).toList()) {
                RealCluster.execute(RealCluster.copying(entry, aside.resolve(name(entry))));
            }
        }
        RealCluster.own(aside);
        say(aside, from);
        say(node.data, to);
        RealCluster.own(
                Files.writeString(
                        layout(node).upgraded(),
                        new Upgraded(from, to, aside(from), false, coarse, true).text()));
    }

    private static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }

    private static boolean isContent(Path entry) {
        return Layout.isContent(name(entry));
    }

    private static void say(Path cluster, int major) throws IOException {
        Files.writeString(cluster.resolve("PG_VERSION"), major + "\n");
    }

    private static Run.Ended succeeds(ProcessNode node, String... words) {
        Run.Ended ended = node.call(words);
        assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isZero();
        return ended;
    }

    @Test
    void a_running_node_deletes_the_old_cluster_and_reverts_nothing() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            keep(node, OLDER, OURS, false);
            Run run = node.serve();

            assertThat(succeeds(node, "upgrade", "--finish", "--dry-run").stdout())
                    .contains("delete the cluster of PostgreSQL " + OLDER);
            assertThat(kept(node, OLDER).resolve("global/pg_control")).exists();
            Run.Ended revert = node.call("upgrade", "--revert");
            assertThat(revert.code()).isEqualTo(75);
            assertThat(revert.stdout()).contains("this node runs on it", "stop it");

            assertThat(succeeds(node, "upgrade", "--finish").stdout()).endsWith("done\n");
            assertThat(kept(node, OLDER)).doesNotExist();
            assertThat(layout(node).upgraded()).doesNotExist();
            assertThat(succeeds(node, "upgrade", "--finish").stdout())
                    .contains("nothing to finish");
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_node_at_rest_is_finished_too_and_still_gets_its_statistics() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run.Ended empty = node.call("upgrade", "--finish");
            assertThat(empty.code()).isEqualTo(65);
            assertThat(empty.stderr()).contains("is empty", "PGDATA");
            assertThat(node.data).doesNotExist();

            node.made();
            keep(node, OLDER, OURS, true);
            assertThat(succeeds(node, "upgrade", "--finish").stdout()).endsWith("done\n");
            assertThat(kept(node, OLDER)).doesNotExist();
            Run run = node.serve();
            run.await("All databases are analyzed", 120);
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void the_old_cluster_is_put_back_and_starts_also_after_a_kill_on_the_way() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            keep(node, OURS, NEWER, false);
            Run.Ended refused = node.call();
            assertThat(refused.code()).isEqualTo(65);
            assertThat(refused.stderr()).contains("entrypoint upgrade --revert");

            assertThat(succeeds(node, "upgrade", "--revert", "--dry-run").stdout())
                    .contains("start the image of PostgreSQL " + OURS);
            assertThat(node.call().code()).isEqualTo(65);
            assertThat(succeeds(node, "upgrade", "--revert").stdout()).endsWith("done\n");
            assertThat(node.data.resolve("PG_VERSION")).hasContent(String.valueOf(OURS));
            assertThat(kept(node, NEWER).resolve("PG_VERSION")).hasContent(String.valueOf(NEWER));
            Run run = node.serve();
            assertThat(node.ask("SELECT 1")).isEqualTo("1");
            assertThat(run.stop().code()).isZero();
            Run.Ended again = node.call("upgrade", "--revert");
            assertThat(again.code()).isEqualTo(65);
            assertThat(again.stderr()).contains("none is known there");

            // A second upgrade, whose way back is killed once its journal is written.
            RealCluster.execute(List.of("rm", "-r", kept(node, NEWER).toString()));
            keep(node, OLDER, OURS, false);
            new Relocator(layout(node))
                    .reopen(aside(OLDER), new Relocation.Upgrade(OURS, OLDER, aside(OURS), false));
            RealCluster.own(layout(node).journal());
            Run.Ended half = node.call("upgrade", "--finish");
            assertThat(half.code()).isEqualTo(65);
            assertThat(half.stderr()).contains("unfinished upgrade");
            assertThat(succeeds(node, "upgrade", "--revert").stdout())
                    .contains("ended before this was done")
                    .endsWith("done\n");
            assertThat(node.data.resolve("PG_VERSION")).hasContent(String.valueOf(OLDER));
            assertThat(layout(node).journal()).doesNotExist();
            assertThat(layout(node).upgraded()).doesNotExist();
        }
    }
}
