package io.pgentrypoint.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// What pg_control says of a server that runs: readable at any time, and without a login.
public final class ControlFile {

    // ControlFileData of pg_control.h: system identifier (8 bytes), two version numbers (4 each),
    // then the state, DB_IN_PRODUCTION being the last of DBState.
    private static final int STATE_AT = 16;
    private static final int IN_PRODUCTION = 6;

    private ControlFile() {}

    /// Whether it has left recovery for good: the state is written as recovery ends.
    public static boolean isInProduction(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve("global/pg_control");
        try (InputStream in = Files.newInputStream(file)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(in.readNBytes(STATE_AT + Integer.BYTES))
                            .order(ByteOrder.nativeOrder());
            if (bytes.capacity() < STATE_AT + Integer.BYTES) {
                throw new IOException(file + " is too short");
            }
            return bytes.getInt(STATE_AT) == IN_PRODUCTION;
        }
    }
}
