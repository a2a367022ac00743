package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {

    private static final int MEGABYTE = 1 << 20;

    @TempDir Path data;

    @Test
    void wal_slots_archive_and_the_largest_directories_are_named() throws IOException {
        for (int i = 1; i <= 5; i++) {
            file("pg_wal/00000002000000010000000" + i, MEGABYTE);
        }
        file("pg_wal/00000002.history", 40);
        file("pg_wal/archive_status/000000020000000100000001.ready", 0);
        file("pg_wal/archive_status/000000020000000100000002.ready", 0);
        file("pg_wal/archive_status/000000020000000000000009.done", 0);
        slot("away", (1L << 32) + 4L * MEGABYTE);
        slot("unused", 0);
        file("base/16384/1259", 3 * MEGABYTE);
        file("base/1/1259", 1000);
        file("log/postgresql.log", 2 * MEGABYTE);
        file("pgsql_tmp_entrypoint/pgsql_tmp_replaced-1/base/1/1259", MEGABYTE / 2);
        file("pg_wal/pgsql_tmp_replaced-2/000000010000000000000001", MEGABYTE / 4);

        List<String> use = DiskUse.of(Space.read(data), data);

        assertThat(use)
                .anyMatch(part ->
                        part.endsWith("replaced-1 512.0 kB, replaced by a clone and kept for you"))
                .startsWith(
                        "WAL 5.0 MB (pg_wal, 5 files)",
                        "of it 2.0 MB not archived yet (2 files: does archive_command work?)",
                        "of it up to 2.0 MB for slot away",
                        "base/16384 3.0 MB",
                        "log 2.0 MB",
                        "pgsql_tmp_entrypoint 512.0 kB")
                .last()
                .asString()
                .endsWith("replaced-2 256.0 kB, replaced by a clone and kept for you");
    }

    @Test
    void an_empty_directory_is_full_of_nothing() {
        assertThat(DiskUse.of(new Space(data, 0, 0), data)).isEmpty();
    }

    private void file(String name, int size) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[size]);
    }

    /// As ReplicationSlotOnDisk begins.
    private void slot(String name, long restart) throws IOException {
        ByteBuffer state = ByteBuffer.allocate(200).order(ByteOrder.nativeOrder());
        state.putInt(0, 0x1051CA1);
        state.put(16, name.getBytes(StandardCharsets.US_ASCII));
        state.putLong(96, restart);
        Path file = data.resolve("pg_replslot").resolve(name).resolve("state");
        Files.createDirectories(file.getParent());
        Files.write(file, state.array());
    }
}
