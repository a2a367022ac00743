package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A volume whose start was killed under an earlier version, with the journal as that version wrote
/// it, and what a start of this version does with it.
class OldJournalIT {

    private static ProcessNode node;
    private static Layout layout;
    private List<String> whole = List.of();
    private Path staging = Path.of("");

    @BeforeAll
    static void create() throws IOException {
        node = ProcessNode.primary();
        layout = new Layout(node.data);
    }

    @AfterAll
    static void close() throws IOException {
        node.close();
    }

    @BeforeEach
    void look() throws IOException {
        if (!Files.exists(node.data.resolve("global/pg_control"))) {
            init();
        }
        whole = entries();
        staging = layout.staging().dataDirectory();
        assertThat(whole).contains("global", "PG_VERSION");
        assertThat(layout.journal()).doesNotExist();
    }

    private static List<String> entries() throws IOException {
        try (Stream<Path> files = Files.list(node.data)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.equals(Layout.STATE_DIRECTORY))
                    .sorted()
                    .toList();
        }
    }

    private static String init() {
        Run.Ended ended = node.call("init");
        assertThat(ended.code()).as(ended.stderr()).isZero();
        return ended.stderr();
    }

    private static String identifier() throws IOException {
        return Long.toUnsignedString(
                ByteBuffer.wrap(Files.readAllBytes(node.data.resolve("global/pg_control")))
                        .order(ByteOrder.nativeOrder())
                        .getLong());
    }

    private static void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", Files.getAttribute(node.data, "unix:uid"));
    }

    private static void journal(String text) throws IOException {
        Files.writeString(layout.journal(), text);
        own(layout.journal());
    }

    /// Moves so many of the entries to a directory in the state directory.
    private static void move(List<String> entries, Path to) throws IOException {
        own(Files.createDirectories(to));
        for (String entry : entries) {
            Files.move(node.data.resolve(entry), to.resolve(entry));
        }
    }

    private String lines(List<String> entries) {
        return String.join("", entries.stream().map("entry=%s\n"::formatted).toList());
    }

    private List<String> globalFirst() {
        List<String> entries = new ArrayList<>(whole);
        entries.remove("global");
        entries.addFirst("global");
        return entries;
    }

    private List<String> globalLast() {
        List<String> entries = new ArrayList<>(whole);
        entries.remove("global");
        entries.add("global");
        return entries;
    }

    private void assertEnded() {
        assertThat(layout.journal()).doesNotExist();
        assertThat(staging).doesNotExist();
    }

    @Test
    void what_was_being_built_is_discarded_and_the_start_begins_anew() throws IOException {
        String before = identifier();
        move(whole, staging);
        journal(
                """
                phase=building
                end
                """);
        assertThat(init()).contains("discard what it built in " + staging);
        assertThat(identifier()).isNotEqualTo(before);
        assertEnded();
    }

    @Test
    void what_was_being_published_is_published() throws IOException {
        String before = identifier();
        move(globalLast().subList(5, whole.size()), staging);
        journal("phase=publishing\n" + lines(globalLast()) + "end\n");
        assertThat(init()).contains("publish the staged cluster");
        assertThat(identifier()).isEqualTo(before);
        assertThat(entries()).isEqualTo(whole);
        assertEnded();
    }

    @Test
    void a_cluster_whose_scripts_were_running_is_discarded_if_it_is_the_one_that_is_named()
            throws IOException {
        String before = identifier();
        String text =
                """
                phase=running_scripts
                system-identifier=%s
                mark=entrypoint.first_boot=0f1e
                end
                """;
        Files.deleteIfExists(node.data.resolve("postmaster.opts"));
        journal(text.formatted("7301234567890123456"));
        Run.Ended refused = node.call("init");
        assertThat(refused.code()).as(refused.stderr()).isEqualTo(65);
        assertThat(refused.stderr()).contains("it holds another cluster by now");
        journal(text.formatted(before));
        assertThat(init()).contains("discard what it built in " + node.data);
        assertThat(identifier()).isNotEqualTo(before);
        assertEnded();
    }

    @Test
    void a_discard_of_such_a_cluster_goes_on_without_its_control_file() throws IOException {
        String before = identifier();
        journal(
                """
                phase=discarding
                system-identifier=%s
                mark=entrypoint.first_boot=0f1e
                end
                """
                        .formatted(before));
        Files.delete(node.data.resolve("global/pg_control"));
        assertThat(init()).contains("discard what it built in " + node.data);
        assertThat(identifier()).isNotEqualTo(before);
        assertEnded();
    }

    @Test
    void what_was_being_moved_away_is_put_back() throws IOException {
        String before = identifier();
        for (String place : List.of("staging", "pgsql_tmp_replaced-x")) {
            Path to = layout.stateDirectory().resolve(place);
            move(globalFirst().subList(0, 9), to);
            journal("phase=withdrawing\nplace=" + place + "\n" + lines(globalFirst()) + "end\n");
            assertThat(init()).contains("put the cluster back into " + node.data);
            assertThat(identifier()).isEqualTo(before);
            assertThat(entries()).isEqualTo(whole);
            assertThat(to).doesNotExist();
            assertEnded();
        }
    }

    @Test
    void what_was_being_rewound_is_refused_and_what_was_rewound_is_put_in_place()
            throws IOException {
        String before = identifier();
        move(whole, staging);
        String rest = "place=staging\n" + lines(globalFirst()) + "end\n";
        journal("phase=rewinding\n" + rest);
        Run.Ended refused = node.call("init");
        assertThat(refused.code()).as(refused.stderr()).isEqualTo(76);
        assertThat(refused.stderr()).contains("neither the old cluster nor the new one");
        assertThat(staging.resolve("global/pg_control")).exists();
        journal("phase=rewound\n" + rest);
        assertThat(init()).contains("put the rewound cluster back into " + node.data);
        assertThat(identifier()).isEqualTo(before);
        assertThat(entries()).isEqualTo(whole);
        assertEnded();
    }
}
