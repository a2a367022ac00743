package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.observe.datadir.Relocation.Proof;
import io.pgentrypoint.observe.datadir.Relocation.Purpose;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {

    private static final External WAL = External.wal(Path.of("/wal/15"), Path.of("/wal/15/ours"));
    private static final External TABLESPACE =
            External.tablespace(Path.of("/ts"), Path.of("/ts/ours"));
    private static final Proof PROOF = new Proof("7301234567890123456", "a.b=c");

    private static Journal publishing(String... entries) {
        return new Journal(
                OnRestart.ROLL_FORWARD, Relocation.firstBoot(List.of()).moving(List.of(entries)));
    }

    private static void assertReadAsWritten(Journal journal) {
        assertThat(Journal.parse(journal.text())).isEqualTo(journal);
    }

    private static final Relocation.Upgrade UPGRADE =
            new Relocation.Upgrade(15, 17, "pgsql_tmp_replaced-postgresql-15", true);

    @Test
    void a_person_can_read_it() {
        Journal journal =
                new Journal(
                        OnRestart.ROLL_FORWARD,
                        Relocation.firstBoot(List.of(WAL, TABLESPACE.filled(false)))
                                .moving(List.of("PG_VERSION", "global")));
        assertThat(journal.text())
                .isEqualTo(
                        """
                        on-restart=roll_forward
                        purpose=first_boot
                        place=staging
                        wal=/wal/15
                        wal-beside=/wal/15/ours
                        tablespace=/ts
                        tablespace-beside=/ts/ours
                        empty=/ts
                        entry=PG_VERSION
                        entry=global
                        end
                        """);
        assertReadAsWritten(journal);
    }

    @Test
    void while_scripts_run_it_says_which_cluster_it_is_about() {
        Journal journal =
                new Journal(OnRestart.DISCARD, Relocation.firstBoot(List.of(WAL)).proven(PROOF));
        assertThat(journal.text()).contains("system-identifier=7301234567890123456\nmark=a.b=c\n");
        assertReadAsWritten(journal);
        for (String line : List.of("system-identifier=7301234567890123456\n", "mark=a.b=c\n")) {
            String without = journal.text().replace(line, "");
            assertThatIllegalArgumentException().isThrownBy(() -> Journal.parse(without));
        }
    }

    @Test
    void an_upgrade_without_its_versions_is_none() {
        String text = new Journal(OnRestart.DISCARD, Relocation.of("staging", UPGRADE)).text();
        for (String line :
                List.of(
                        "purpose=upgrade\n",
                        "upgrade-from=15\n",
                        "upgrade-to=17\n",
                        "upgrade-by=link\n",
                        "aside=pgsql_tmp_replaced-postgresql-15\n")) {
            assertThat(text).contains(line);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Journal.parse(text.replace(line, "")));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Journal.parse(text.replace("aside=pgsql_tmp_replaced-", "aside=")));
    }

    @Test
    void whatever_a_restart_does_is_read_as_it_was_written() {
        for (OnRestart onRestart : OnRestart.values()) {
            for (Purpose purpose : Purpose.values()) {
                for (String place : List.of("staging", "pgsql_tmp_replaced-x")) {
                    Relocation relocation =
                            purpose == Purpose.UPGRADE
                                    ? Relocation.of(place, UPGRADE)
                                    : Relocation.of(purpose, place);
                    assertReadAsWritten(
                            new Journal(onRestart, relocation.with(List.of(WAL, TABLESPACE))));
                }
            }
        }
    }

    private static Journal rewind(OnRestart onRestart) {
        return new Journal(
                onRestart,
                Relocation.of(Purpose.REWIND, "staging")
                        .with(List.of(WAL, TABLESPACE.filled(false))));
    }

    /// What a start does with each of these is in OldJournalIT.
    @Test
    void what_earlier_versions_wrote_is_read() {
        String external =
                """
                wal=/wal/15
                wal-beside=/wal/15/ours
                tablespace=/ts
                tablespace-beside=/ts/ours
                """;
        String entries = "entry=global\nentry=base\n";
        String proof = "system-identifier=7301234567890123456\nmark=a.b=c\n";
        String moved = external + "empty=/ts\nplace=staging\n" + entries;
        Relocation built = Relocation.firstBoot(List.of(WAL, TABLESPACE));
        Relocation inPlace = Relocation.firstBoot(List.of(WAL)).proven(PROOF);
        String wal = external.substring(0, external.indexOf("tablespace"));
        Map<String, Journal> old =
                Map.of(
                        "phase=building\n" + external,
                        new Journal(OnRestart.DISCARD, built),
                        "phase=publishing\n" + external + entries,
                        new Journal(
                                OnRestart.ROLL_FORWARD, built.moving(List.of("global", "base"))),
                        "phase=running_scripts\n" + wal + proof,
                        new Journal(OnRestart.DISCARD, inPlace),
                        "phase=discarding\n" + wal + proof,
                        new Journal(OnRestart.DISCARD, inPlace.moving(List.of("global"))),
                        "phase=withdrawing\n" + moved,
                        rewind(OnRestart.ROLL_BACK),
                        "phase=withdrawing\nplace=pgsql_tmp_replaced-x\n" + entries,
                        new Journal(
                                OnRestart.ROLL_BACK,
                                Relocation.of(Purpose.RECLONE, "pgsql_tmp_replaced-x")),
                        "phase=rewinding\n" + moved,
                        rewind(OnRestart.REFUSE),
                        "phase=rewound\n" + moved,
                        rewind(OnRestart.ROLL_FORWARD));
        old.forEach((text, read) -> assertThat(Journal.parse(text + "end\n")).isEqualTo(read));
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
        assertReadAsWritten(journal);
        assertThat(journal.text().lines()).hasSize(5);
    }

    @Test
    void no_path_breaks_a_line_or_changes() {
        Journal journal =
                new Journal(
                        OnRestart.DISCARD,
                        Relocation.firstBoot(
                                List.of(
                                        External.wal(
                                                Path.of("/wal/100% a+b=\n end"),
                                                Path.of("/wal/100% a+b=\n end/x")),
                                        External.tablespace(
                                                Path.of("/ts%2"), Path.of("/ts%2/a=b\nc")))));
        assertReadAsWritten(journal);
        assertThat(journal.text().lines()).hasSize(8);
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
                "phase=building\nphase=rewound\nend\n",
                "phase=building\nentry=%zz\nend\n",
                "phase=building\n\nend\n",
                "phase=building\nwal=/wal\nend\n",
                "phase=building\nwal-beside=/wal\nend\n",
                "phase=building\nwal=relative\nwal-beside=/wal\nend\n",
                "phase=building\nwal=/a%00b\nwal-beside=/wal\nend\n",
                "phase=building\ntablespace=/ts\nend\n",
                "phase=running_scripts\nend\n",
                "phase=discarding\nsystem-identifier=73\nend\n",
                "phase=withdrawing\nend\n",
                "on-restart=discard\nend\n",
                "purpose=first_boot\nplace=staging\nend\n",
                "on-restart=discard\npurpose=first_boot\nend\n",
                "on-restart=guess\npurpose=first_boot\nplace=staging\nend\n",
                "on-restart=discard\npurpose=nothing\nplace=staging\nend\n",
                "on-restart=discard\npurpose=first_boot\nplace=lock\nend\n",
                "on-restart=discard\npurpose=first_boot\nplace=../x\nend\n"
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
