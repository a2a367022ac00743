package io.pgentrypoint.observe.volume;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Looks into a data directory that holds a cluster.
final class ClusterContentsReader {

    /// Those of initdb.c (subdirs, 13 to 18) that can be empty, or whose content a start makes
    /// anew. Without one the server does not start, or fails later. It makes those of pg_wal by
    /// itself.
    private static final List<String> CAN_BE_EMPTY =
            List.of(
                    "pg_commit_ts",
                    "pg_dynshmem",
                    "pg_logical",
                    "pg_logical/mappings",
                    "pg_logical/snapshots",
                    "pg_notify",
                    "pg_replslot",
                    "pg_serial",
                    "pg_snapshots",
                    "pg_stat",
                    "pg_stat_tmp",
                    "pg_subtrans",
                    "pg_tblspc",
                    "pg_twophase");

    private static final List<String> BACKUP_MARKS = List.of("backup_label", "recovery.signal");

    /// pg_subscription.h: SubscriptionRelationId. Shared catalogs are found by the map of global.
    private static final int PG_SUBSCRIPTION = 6100;

    // relmapper.c: RELMAPPER_FILEMAGIC, num_mappings, then pairs of oid and file.
    private static final int MAP_MAGIC = 0x592717;

    private final Layout layout;
    private final Path data;
    private final Mounts mounts;

    private ClusterContentsReader(Layout layout, Mounts mounts) {
        this.layout = layout;
        this.data = layout.dataDirectory();
        this.mounts = mounts;
    }

    static ClusterContents read(Layout layout, Mounts mounts) {
        return Files.exists(layout.dataDirectory().resolve("global/pg_control"))
                ? new ClusterContentsReader(layout, mounts).read()
                : ClusterContents.plain();
    }

    private ClusterContents read() {
        List<String> missing =
                CAN_BE_EMPTY.stream()
                        .filter(name ->
                                Files.notExists(data.resolve(name), LinkOption.NOFOLLOW_LINKS))
                        .toList();
        List<Path> readOnly =
                Stream.of(layout.postgresqlConf(), layout.hbaConf())
                        .filter(this::isReadOnly)
                        .toList();
        boolean restored =
                Files.exists(layout.restoredMark())
                        || BACKUP_MARKS.stream().anyMatch(name -> Files.exists(data.resolve(name)));
        return new ClusterContents(missing, readOnly, restored, isSubscribed());
    }

    /// Where a link leads counts.
    private boolean isReadOnly(Path file) {
        try {
            return mounts.of(file.toRealPath()).filter(Mounts.Mount::readOnly).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isSubscribed() {
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(data.resolve("global/pg_filenode.map")))
                            .order(ByteOrder.nativeOrder());
            int mappings = bytes.getInt() == MAP_MAGIC ? bytes.getInt() : 0;
            for (int i = 0; i < mappings && bytes.remaining() >= 8; i++) {
                int relation = bytes.getInt();
                String file = Integer.toUnsignedString(bytes.getInt());
                if (relation == PG_SUBSCRIPTION) {
                    return Files.size(data.resolve("global").resolve(file)) > 0;
                }
            }
            return false;
        } catch (IOException | BufferUnderflowException e) {
            return false;
        }
    }
}
