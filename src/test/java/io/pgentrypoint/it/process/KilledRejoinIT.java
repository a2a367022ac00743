package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whenever a rewind or a move is killed, the next start has the old cluster, or the primary's, or
/// says that it has neither.
class KilledRejoinIT {

    private static List<String> entries(Path directory) throws IOException {
        List<String> names = new ArrayList<>(List.of("global"));
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.equals(Layout.STATE_DIRECTORY) && !name.equals("global"))
                    .sorted()
                    .forEach(names::add);
        }
        return names;
    }

    private static void own(Path path, Layout layout) throws IOException {
        Files.setAttribute(
                path, "unix:uid", Files.getAttribute(layout.dataDirectory(), "unix:uid"));
    }

    /// The volume as a move leaves it after some of its renames.
    private static void moved(
            Layout layout,
            Journal.OnRestart onRestart,
            String place,
            int renamed,
            List<String> entries)
            throws IOException {
        Path to = Files.createDirectory(layout.stateDirectory().resolve(place));
        own(to, layout);
        for (String entry : entries.subList(0, renamed)) {
            Files.move(layout.dataDirectory().resolve(entry), to.resolve(entry));
        }
        Relocation relocation = Relocation.of(Relocation.Purpose.REWIND, place);
        Files.writeString(layout.journal(), new Journal(onRestart, relocation).text());
        own(layout.journal(), layout);
    }

    @Test
    void a_move_that_was_killed_between_two_renames_is_taken_back_in_every_mode()
            throws IOException {
        try (ProcessNode node = ProcessNode.primary()) {
            node.made();
            Layout layout = new Layout(node.data);
            List<String> whole = entries(node.data);
            for (int renamed : List.of(0, 1, 9, whole.size())) {
                for (String place : List.of("staging", "pgsql_tmp_replaced-x")) {
                    moved(layout, Journal.OnRestart.ROLL_BACK, place, renamed, whole);
                    Run.Ended ended = node.call("init");
                    assertThat(ended.code()).as(ended.stderr()).isZero();
                    assertThat(entries(node.data)).isEqualTo(whole);
                    assertThat(layout.journal()).doesNotExist();
                    assertThat(layout.stateDirectory().resolve(place)).doesNotExist();
                }
            }
            Run run = node.serve();
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void what_was_half_rewound_is_never_started_and_is_cloned_anew_with_consent()
            throws IOException {
        try (Pair pair = Pair.create()) {
            Run two = pair.diverge();
            ProcessNode former = pair.former();
            List<String> whole = entries(former.data);
            moved(
                    new Layout(former.data),
                    Journal.OnRestart.REFUSE,
                    "staging",
                    whole.size(),
                    whole);
            Run.Ended refused = former.call("run");
            assertThat(refused.code()).as(refused.stderr()).isEqualTo(76);
            assertThat(refused.stderr()).contains("neither the old cluster nor the new one");
            former.with("REPLICATION_ROLE", "primary");
            assertThat(former.call("run").code()).isEqualTo(76);
            former.with("REPLICATION_ROLE", "replica").with("REJOIN", "rewind");
            Run run = former.serve();
            Pair.assertFollows(former, pair.two());
            assertThat(Pair.replaced(former)).hasSize(1);
            assertThat(run.stop().code()).isZero();
            assertThat(two.stop().code()).isZero();
        }
    }
}
