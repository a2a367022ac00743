package io.pgentrypoint.observe.datadir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlDataTextTest {

    // The lines around ours differ between versions: 18 tells the signedness of char, and later
    // ones
    // may tell more.
    private static final String TEXT =
            """
            pg_control version number:            1800
            Database system identifier:           7711235404295270265
            Database cluster state:               shut down in recovery
            pg_control last modified:             Mon Nov 23 05:31:43 2026
            Latest checkpoint location:           1/A0000D8
            Latest checkpoint's REDO location:    1/A0000A0
            Latest checkpoint's TimeLineID:       7
            Latest checkpoint's PrevTimeLineID:   6
            Latest checkpoint's oldestCommitTsXid:0
            Minimum recovery ending location:     1/B000000
            Min recovery ending loc's timeline:   5
            wal_level setting:                    logical
            wal_log_hints setting:                on
            max_connections setting:              100
            max_worker_processes setting:         8
            max_wal_senders setting:              10
            max_prepared_xacts setting:           3
            max_locks_per_xact setting:           64
            WAL block size:                       8192
            Bytes per WAL segment:                16777216
            Data page checksum version:           0
            Default char data signedness:         signed
            """;

    @Test
    void what_a_plan_needs_is_read() throws Unreadable {
        ControlData control = ControlDataText.parse(TEXT);
        assertThat(control.systemIdentifier()).isEqualTo("7711235404295270265");
        assertThat(control.state()).isEqualTo("shut down in recovery");
        assertThat(control.inRecovery()).isTrue();
        assertThat(control.timeline()).isEqualTo(7);
        assertThat(control.checkpoint()).isEqualTo("1/A0000D8");
        assertThat(control.walLevel()).isEqualTo("logical");
        assertThat(control.standbySettings())
                .containsExactly(
                        Map.entry("max_connections", 100),
                        Map.entry("max_locks_per_transaction", 64),
                        Map.entry("max_prepared_transactions", 3),
                        Map.entry("max_wal_senders", 10),
                        Map.entry("max_worker_processes", 8));
        assertThat(control.walSegment()).isEqualTo(16 << 20);
    }

    @Test
    void a_primary_that_was_stopped_while_it_recovered_from_a_crash_is_no_standby()
            throws Unreadable {
        String crashed = TEXT.replace("ending location:     1/B000000", "ending location:     0/0");
        ControlData control = ControlDataText.parse(crashed);
        assertThat(control.inRecovery()).isFalse();
        assertThat(control.state()).isEqualTo("shut down in crash recovery");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Database system identifier",
                "Database cluster state",
                "Latest checkpoint location",
                "Latest checkpoint's TimeLineID",
                "wal_level setting",
                "max_prepared_xacts setting",
                "Bytes per WAL segment"
            })
    void a_line_that_is_missing_is_named(String label) {
        assertThatThrownBy(() -> ControlDataText.parse(TEXT.replace(label + ":", "x:")))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining(label);
    }

    @Test
    void a_timeline_that_is_no_number_is_said() {
        assertThatThrownBy(() ->
                        ControlDataText.parse(TEXT.replace("TimeLineID:       7", "TimeLineID: ?")))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("?");
    }
}
