package io.pgentrypoint.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Whose a file is and whom its mode lets in: what a reader needs to know who is refused by it. A
/// link stands for what it leads to.
///
/// @param mode the permission bits, with setuid, setgid and sticky
public record FileOwner(int uid, int gid, int mode) {

    private static final int PERMISSIONS = 07777;

    /// Empty where it cannot be seen, or the file system knows no such thing.
    public static Optional<FileOwner> of(Path file) {
        try {
            Map<String, Object> seen = Files.readAttributes(file, "unix:uid,gid,mode");
            return Optional.of(
                    new FileOwner(
                            number(seen, "uid"),
                            number(seen, "gid"),
                            number(seen, "mode") & PERMISSIONS));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static int number(Map<String, Object> seen, String name) throws IOException {
        if (seen.get(name) instanceof Integer number) {
            return number;
        }
        throw new IOException("no " + name);
    }

    @Override
    public String toString() {
        return "uid %d, gid %d, mode %04o".formatted(uid, gid, mode);
    }
}
