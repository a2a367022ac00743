package io.pgentrypoint.observe.access;

import io.pgentrypoint.report.FileOwner;
import java.nio.file.Path;

/// How root finds a directory that the server needs.
public sealed interface DirectoryOwner {

    Path directory();

    /// There is none yet.
    record Missing(Path directory) implements DirectoryOwner {}

    /// It is the server's user's already.
    ///
    /// @param roots files of root's in it
    record Servers(Path directory, Entries roots) implements DirectoryOwner {}

    /// It is another user's.
    ///
    /// @param entries below it that are not the server's user's
    record Others(Path directory, FileOwner owner, Content content, Entries entries)
            implements DirectoryOwner {}

    /// It leads through a symbolic link that root has not made.
    ///
    /// @param why what is wrong with the link, as half a sentence
    record BehindLink(Path directory, Path link, String why) implements DirectoryOwner {}

    /// It is no directory, or cannot be looked at.
    record Unusable(Path directory, String why) implements DirectoryOwner {}
}
