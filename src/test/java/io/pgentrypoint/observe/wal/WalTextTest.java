package io.pgentrypoint.observe.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The texts that PostgreSQL writes about its log.
class WalTextTest {

    private static final WalState STATE = WalState.at(1, Lsn.parse("0/1000028"));

    private static WalRecord record(String manager, int length, String begin, String what) {
        return WalRecord.parse(
                        "rmgr: %-11s len (rec/tot): %6d/%6d, tx: %10d, lsn: %s, prev 0/01500730, desc: %s"
                                .formatted(manager, length, length, 0, begin, what))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        // within a page; up to its very end; over one page; over the first page of a segment
        "114, 0/01500718, 0/1500790",
        "32,  0/01501FE0, 0/1502000",
        "40,  0/01501FE0, 0/1502020",
        "40,  0/01FFFFE0, 0/2000030",
        // over two pages: 16 bytes in the first, 8168 in the second, the rest in the third
        "8200, 0/01501FF0, 0/1504028",
        "8184, 0/01501FF0, 0/1504000",
    })
    void a_record_ends_where_the_servers_reader_says(int length, String begin, String end) {
        assertThat(record("Heap", length, begin, "INSERT off 1").end(STATE))
                .isEqualTo(Lsn.parse(end));
    }

    @Test
    void a_switch_ends_with_its_segment() {
        assertThat(record("XLOG", 24, "0/01500790", "SWITCH").end(STATE))
                .isEqualTo(Lsn.parse("0/2000000"));
    }

    @Test
    void commits_are_known_also_prepared_ones() {
        assertThat(record("Transaction", 34, "0/01500790", "COMMIT 2026-11-23").commits()).isTrue();
        assertThat(record("Transaction", 34, "0/01500790", "COMMIT_PREPARED xid: 7").commits())
                .isTrue();
        assertThat(record("Transaction", 34, "0/01500790", "ABORT 2026-11-23").commits()).isFalse();
        assertThat(record("XLOG", 34, "0/01500790", "COMMIT").commits()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "invalid record length at 0/302EC58: wanted 24, got 0",
                "invalid record length at 0/302EC58: expected at least 24, got 0",
                "record with incorrect prev-link 0/2000028 at 0/302EC58",
                "invalid magic number 0000 in log segment 000000010000000000000003, offset 0",
                "invalid magic number 0000 in WAL segment 000000010000000000000003, LSN 0/3000000,"
                        + " offset 0",
                "unexpected pageaddr 0/1000000 in log segment 000000010000000000000003, offset 0",
                "incorrect resource manager data checksum in record at 0/302EC58",
                "there is no contrecord flag at 0/3030000",
                "invalid resource manager ID 77 at 0/302EC58",
            })
    void what_the_server_takes_for_the_end_is_the_end(String said) {
        for (String level : List.of("error", "fatal")) {
            assertThat(
                            WalDumpEnd.of(
                                    "pg_waldump: "
                                            + level
                                            + ": error in WAL record at 0/302EC20: "
                                            + said
                                            + "\n"))
                    .isEqualTo(new WalDumpEnd.Meaning.Tail(Lsn.parse("0/302EC20")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pg_waldump: error: could not read from file 0001, offset 0: Input/output error",
                "pg_waldump: error: error in WAL record at 0/302EC20: WAL file is from different"
                        + " database system: WAL file database system identifier is 1",
                "pg_waldump: error: error in WAL record at 0/302EC20: out-of-sequence timeline ID 1"
                        + " (after 2) in log segment 000000020000000000000003, offset 0",
                "pg_waldump: error: error in WAL record at 0/302EC20: something of version 30",
                "Segmentation fault",
            })
    void what_nobody_has_thought_of_is_not_the_end(String said) {
        assertThat(WalDumpEnd.of(said)).isInstanceOf(WalDumpEnd.Meaning.Unclear.class);
    }

    @Test
    void a_missing_segment_is_named() {
        assertThat(
                        WalDumpEnd.of(
                                "pg_waldump: error: could not find file"
                                        + " \"000000010000000000000009\": No such file or"
                                        + " directory\n"))
                .isEqualTo(new WalDumpEnd.Meaning.NoSegment("000000010000000000000009"));
        assertThat(
                        WalDumpEnd.of(
                                "pg_waldump: error: could not find a valid record after 0/3000060"))
                .isEqualTo(new WalDumpEnd.Meaning.NothingThere());
    }

    @Test
    void positions_are_read_written_and_ordered_as_unsigned_numbers() {
        assertThat(Lsn.parse("0/3085158")).hasToString("0/3085158").isEqualTo(new Lsn(0x3085158));
        assertThat(Lsn.parse("FFFFFFFF/FFFFFFFF")).hasToString("FFFFFFFF/FFFFFFFF");
        assertThat(Lsn.parse("FFFFFFFF/0").isAfter(Lsn.parse("7/FFFFFFFF"))).isTrue();
        assertThat(Lsn.parse("1/0").minus(Lsn.parse("0/FFFFFFF0"))).isEqualTo(16);
        assertThatThrownBy(() -> Lsn.parse("1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lsn.parse("1/123456789"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_history_is_read_as_the_server_writes_it() {
        TimelineHistory history =
                TimelineHistory.parse(
                        5,
                        """
                        1\t0/5000000\tno recovery target specified

                        # note

                        2\t0/7000158\tbefore 2026-11-23 08:00:00+00
                        """);
        assertThat(history)
                .isEqualTo(
                        new TimelineHistory(
                                List.of(
                                        new TimelineHistory.Ended(1, Lsn.parse("0/5000000")),
                                        new TimelineHistory.Ended(2, Lsn.parse("0/7000158"))),
                                5));
        assertThat(history.upTo(2)).contains(TimelineHistory.parse(2, "1\t0/5000000\tx\n"));
        assertThat(history.upTo(5)).contains(history);
        assertThat(history.upTo(3)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "1", "1\tx\ty", "2\t0/5\tx\n1\t0/6\tx", "1\t0/6\n2\t0/5", "5\t0/6"})
    void a_text_that_is_no_history_is_refused(String text) {
        assertThatThrownBy(() -> TimelineHistory.parse(5, text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void relations_of_users_come_before_the_catalogs() {
        assertThat(
                        LossReader.touched(
                                Map.of("1663/5/1259", 90L, "1663/5/16385", 2L, "1663/5/16390", 7L)))
                .extracting(Loss.Touched::node)
                .containsExactly("1663/5/16390", "1663/5/16385", "1663/5/1259");
    }
}
