package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The files by which the server takes TLS connections, readable by its user alone.
final class ServerTlsFiles {

    private ServerTlsFiles() {}

    /// A server that reads them in between finds a key of another certificate, and keeps what it
    /// has; a start that was killed in between is followed by one that writes both.
    static void write(Configure.WriteTlsPair step) throws IOException {
        AtomicFiles.createPrivate(step.layout().stateDirectory());
        AtomicFiles.write(step.layout().serverKey(), step.pair().key().reveal());
        AtomicFiles.write(step.layout().serverCertificate(), step.pair().certificate());
    }

    static void write(Configure.WriteClientAuthorities step) throws IOException {
        AtomicFiles.createPrivate(step.layout().stateDirectory());
        AtomicFiles.write(step.layout().clientAuthorities(), step.text());
    }

    static void remove(Layout layout) throws IOException {
        for (Path file :
                List.of(
                        layout.serverKey(),
                        layout.serverCertificate(),
                        layout.clientAuthorities())) {
            AtomicFiles.deleteIfExists(file);
        }
        FileTree.delete(layout.newPair());
    }
}
