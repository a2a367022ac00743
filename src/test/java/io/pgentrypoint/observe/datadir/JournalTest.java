package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pgentrypoint.observe.datadir.Journal.Outside;
import io.pgentrypoint.observe.datadir.Journal.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {

    private static Journal publishing(String... entries) {
        return new Journal(Phase.PUBLISHING, Optional.empty(), List.of(entries));
    }

    @Test
    void a_person_can_read_it() {
        Journal journal =
                new Journal(
                        Phase.PUBLISHING,
                        Optional.of(Outside.filled(Path.of("/wal/15"), Path.of("/wal/15/ours"))),
                        List.of("PG_VERSION", "global"));
        assertThat(journal.text())
                .isEqualTo(
                        """
                        phase=publishing
                        wal=/wal/15
                        wal-beside=/wal/15/ours
                        entry=PG_VERSION
                        entry=global
                        end
                        """);
    }

    @Test
    void what_is_written_is_what_is_read() {
        Journal building = new Journal(Phase.BUILDING, Optional.empty(), List.of());
        assertThat(Journal.parse(building.text())).isEqualTo(building);
    }

    @Test
    void a_clone_names_each_tablespace_that_it_builds() {
        List<Outside> tablespaces =
                List.of(
                        Outside.filled(Path.of("/ts 1"), Path.of("/ts 1/staged")),
                        Outside.filled(Path.of("/ts%2"), Path.of("/ts%2/a=b\nc")));
        Journal building =
                Journal.building(
                        Optional.of(Outside.filled(Path.of("/wal"), Path.of("/wal/x"))),
                        tablespaces);
        assertThat(Journal.parse(building.text())).isEqualTo(building);
        Journal withdrawing =
                Journal.withdrawing(List.of("global"), "staging")
                        .withParts(
                                Optional.of(new Outside(Path.of("/wal"), Path.of("/wal/x"), false)),
                                tablespaces);
        assertThat(Journal.parse(withdrawing.text())).isEqualTo(withdrawing);
        assertThat(building.publishing(List.of("global"), tablespaces).tablespaces())
                .isEqualTo(tablespaces);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Journal.parse("phase=building\ntablespace=/ts\nend\n"));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Journal.parse(
                                "phase=building\ntablespace=ts\ntablespace-beside=/ts/x\nend\n"));
    }

    @Test
    void while_scripts_run_it_says_which_cluster_it_is_about() {
        Journal journal =
                Journal.runningScripts(
                        Optional.of(Outside.filled(Path.of("/wal"), Path.of("/wal/x"))),
                        new Journal.Proof("7301234567890123456", "a.b=c"));
        assertThat(journal.text()).contains("system-identifier=7301234567890123456\nmark=a.b=c\n");
        assertThat(Journal.parse(journal.text())).isEqualTo(journal);
        Journal discarding = journal.in(Phase.DISCARDING);
        assertThat(Journal.parse(discarding.text())).isEqualTo(discarding);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Journal.parse("phase=running_scripts\nend\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a+b",
                "a=b",
                "100%",
                "%41",
                "line\nend",
                "\r",
                "\u2028",
                "\u0085",
                "äöü",
                "😀",
                " ",
                "end",
                "phase=building"
            })
    void no_name_breaks_a_line_or_changes(String name) {
        Journal journal = publishing(name);
        assertThat(Journal.parse(journal.text())).isEqualTo(journal);
        assertThat(journal.text().lines()).hasSize(3);
    }

    @Test
    void no_path_breaks_a_line_or_changes() {
        Journal journal =
                new Journal(
                        Phase.BUILDING,
                        Optional.of(
                                Outside.filled(
                                        Path.of("/wal/100% a+b=\n end"),
                                        Path.of("/wal/100% a+b=\n end/x"))),
                        List.of());
        assertThat(Journal.parse(journal.text())).isEqualTo(journal);
        assertThat(journal.text().lines()).hasSize(4);
    }

    @Test
    void a_text_that_was_cut_off_is_refused_wherever_the_cut_is() {
        String text = publishing("PG_VERSION", "base", "global").text();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> Journal.parse(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "end\n",
                "entry=a\nend\n",
                "phase=flying\nend\n",
                "phase=building\nmode=x\nend\n",
                "phase=building\nentry=%zz\nend\n",
                "phase=building\n\nend\n",
                "phase=building\nwal=/wal\nend\n",
                "phase=building\nwal-beside=/wal\nend\n",
                "phase=building\nwal=relative\nwal-beside=/wal\nend\n",
                "phase=building\nwal=/a%00b\nwal-beside=/wal\nend\n"
            })
    void a_text_that_is_no_journal_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Journal.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../etc", "a/b", "/"})
    void only_names_of_directory_entries_are_taken(String entry) {
        assertThatIllegalArgumentException().isThrownBy(() -> publishing(entry));
    }
}
