package io.pgentrypoint.execute.root;

import io.pgentrypoint.process.OpenFile;
import java.io.Closeable;

/// How root finds a directory that the server's user needs.
sealed interface DirectoryHandle extends Closeable {

    /// There is none yet.
    record Absent() implements DirectoryHandle {
        @Override
        public void close() {}
    }

    /// It is the server's user's already.
    record Right() implements DirectoryHandle {
        @Override
        public void close() {}
    }

    /// It is another user's, and is to be given away.
    record Others(OpenFile directory) implements DirectoryHandle {
        @Override
        public void close() {
            directory.close();
        }
    }

    @Override
    void close();
}
