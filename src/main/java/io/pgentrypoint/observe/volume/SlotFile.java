package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A replication slot as it lies on the disk (slot.c, ReplicationSlotOnDisk): the same bytes up to
/// here in PostgreSQL 13 to 18.
///
/// @param restart the position from which on its consumer needs WAL; 0 when it needs none
record SlotFile(String name, long restart) {

    private static final int MAGIC = 0x1051CA1;
    private static final int NAME = 16;
    private static final int NAME_BYTES = 64;
    private static final int RESTART = 96;

    static List<SlotFile> readAll(Path directory) {
        List<SlotFile> slots = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Path state = entry.resolve("state");
                if (Files.isReadable(state)) {
                    add(InputFile.bytes(state), slots);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Nobody needs a list of slots so much that it could fail for it.
            return slots;
        }
        return slots;
    }

    private static void add(byte[] bytes, List<SlotFile> slots) {
        ByteBuffer state = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (bytes.length >= RESTART + Long.BYTES && state.getInt(0) == MAGIC) {
            String name = new String(bytes, NAME, NAME_BYTES, StandardCharsets.US_ASCII);
            int end = name.indexOf('\0');
            slots.add(
                    new SlotFile(end < 0 ? name : name.substring(0, end), state.getLong(RESTART)));
        }
    }
}
