package io.pgentrypoint.observe;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.observe.datadir.ControlDataText;
import io.pgentrypoint.observe.datadir.ManagedBlock;
import io.pgentrypoint.observe.datadir.ManagedFilesReader;
import io.pgentrypoint.observe.datadir.Unreadable;
import io.pgentrypoint.observe.wal.WalState;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.util.List;

public final class ObserveInputs {

    private static final Layout LAYOUT = new Layout(Path.of("/var/lib/postgresql/data"));

    private ObserveInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                                "pg_controldata",
                                text -> {
                                    WalState wal = ControlDataText.parse(text).wal();
                                    wal.segmentBegin(wal.redo());
                                },
                                """
                                Database system identifier:           7301234567890123456
                                Database cluster state:               shut down
                                Latest checkpoint location:           0/1529CD8
                                Latest checkpoint's REDO location:    0/1529CD8
                                Latest checkpoint's TimeLineID:       1
                                Minimum recovery ending location:     0/0
                                Min recovery ending loc's timeline:   0
                                wal_level setting:                    replica
                                wal_log_hints setting:                off
                                max_connections setting:              100
                                max_worker_processes setting:         8
                                max_wal_senders setting:              10
                                max_prepared_xacts setting:           0
                                max_locks_per_xact setting:           64
                                WAL block size:                       8192
                                Bytes per WAL segment:                16777216
                                Data page checksum version:           0
                                """)
                        .refusing(Unreadable.class),
                ForeignInput.of(
                        "postgresql.conf",
                        text -> {
                            ManagedFilesReader.includes(text, LAYOUT);
                            ManagedFilesReader.settings(text);
                            PatroniEnvironmentReader.harmful(text);
                        },
                        "work_mem = 4MB # x\ninclude 'entrypoint.conf'\nsynchronous_standby_names = 'x'",
                        "include_if_exists = 'a/../entrypoint.conf'\na.b.c='1'\n"),
                ForeignInput.of(
                        "pg_hba.conf",
                        text -> {
                            var _ = ManagedBlock.in(text).map(block -> block.of(text));
                        },
                        "local all all trust\n%s\nhost all all all trust\n%s\n"
                                .formatted(Layout.HBA_BEGIN, Layout.HBA_END)));
    }
}
