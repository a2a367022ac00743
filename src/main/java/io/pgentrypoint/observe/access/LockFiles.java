package io.pgentrypoint.observe.access;

import io.pgentrypoint.process.FileStatus;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The files by which a volume is locked, in a directory of another user's: that user may have made
/// them what this program never makes.
final class LockFiles {

    private LockFiles() {}

    /// @return what is wrong with them
    static Optional<String> wrong(OpenFile directory) throws IOException {
        Layout layout = new Layout(directory.path());
        try (OpenFile state = directory.entry(OpenFile.bytes(Layout.STATE_DIRECTORY))) {
            if (!state.status().isDirectory()) {
                return Optional.of(state + " is no directory");
            }
            for (Path file : List.of(layout.lock(), layout.lockOwner())) {
                Optional<String> wrong =
                        wrong(state, OpenFile.bytes(String.valueOf(file.getFileName())));
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> wrong(OpenFile state, byte[] name) throws IOException {
        try (OpenFile file = state.entry(name)) {
            FileStatus status = file.status();
            if (status.kind() != FileStatus.Kind.REGULAR) {
                return Optional.of(file + ": it is no regular file");
            }
            return status.links() == 1
                    ? Optional.empty()
                    : Optional.of(file + ": it has another name (a hard link)");
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
