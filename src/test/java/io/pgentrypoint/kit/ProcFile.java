package io.pgentrypoint.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel tells of a process.
public final class ProcFile {

    private ProcFile() {}

    /// Byte for byte; empty once the process has ended, also while it waits to be reaped: the
    /// kernel then still lists it, and `environ` says "No such process".
    public static String text(long pid, String name) {
        try {
            return Files.readString(
                    Path.of("/proc", String.valueOf(pid), name), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
