package io.pgentrypoint.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What pg_control says: readable at any time, without a login, and without a program that has to
/// be started.
public final class ControlFile {

    // ControlFileData of pg_control.h: system identifier (8 bytes), two version numbers (4 each),
    // then the state. The time and the place of the last checkpoint follow (8 bytes each, from 24),
    // then CheckPoint of the same header: its place to redo from (8 bytes) and its timeline.
    private static final int STATE_AT = 16;
    private static final int TIMELINE_AT = 48;

    private static final String IN_PRODUCTION = "in production";

    /// DBState of pg_control.h in the words of pg_controldata.
    private static final List<String> STATES =
            List.of(
                    "starting up",
                    "shut down",
                    "shut down in recovery",
                    "shutting down",
                    "in crash recovery",
                    "in archive recovery",
                    IN_PRODUCTION);

    private ControlFile() {}

    /// Whether it has left recovery for good: the state is written as recovery ends.
    public static boolean isInProduction(Path dataDirectory) throws IOException {
        return state(dataDirectory).equals(IN_PRODUCTION);
    }

    /// What pg_controldata calls the cluster's state.
    public static String state(Path dataDirectory) throws IOException {
        int state = number(dataDirectory, STATE_AT);
        return state >= 0 && state < STATES.size()
                ? STATES.get(state)
                : "unknown (%d)".formatted(state);
    }

    /// Of the last checkpoint.
    public static int timeline(Path dataDirectory) throws IOException {
        return number(dataDirectory, TIMELINE_AT);
    }

    private static int number(Path dataDirectory, int at) throws IOException {
        Path file = dataDirectory.resolve("global/pg_control");
        try (InputStream in = Files.newInputStream(file)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(in.readNBytes(at + Integer.BYTES))
                            .order(ByteOrder.nativeOrder());
            if (bytes.capacity() < at + Integer.BYTES) {
                throw new IOException(file + " is too short");
            }
            return bytes.getInt(at);
        }
    }
}
