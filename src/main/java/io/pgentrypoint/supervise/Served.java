package io.pgentrypoint.supervise;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.process.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server and the child of ours that it lives by: the same process, or Patroni, which starts
/// the server by a fork that ends, so that the server becomes our child too.
final class Served {

    private static final Logger LOG = LoggerFactory.getLogger(Served.class);

    private final Path dataDirectory;
    private final Child child;
    private final Optional<PostmasterFile> left;
    private final boolean byPatroni;

    /// @param left what a killed server left
    Served(Path dataDirectory, Child child, Optional<PostmasterFile> left, boolean byPatroni) {
        this.dataDirectory = dataDirectory;
        this.child = child;
        this.left = left;
        this.byPatroni = byPatroni;
    }

    /// Of this server and not one that an earlier server left.
    Optional<PostmasterFile> file() {
        return PostmasterFile.read(dataDirectory)
                .filter(file ->
                        byPatroni ? adopted(file).isPresent() : file.isOf(child.pid(), left));
    }

    /// While it accepts connections.
    Optional<LocalServer> reachable() {
        return file().filter(PostmasterFile::ready).map(PostmasterFile::server);
    }

    /// The server's own meaning of a signal: INT is fast, QUIT immediate. Patroni stops its server
    /// fast at TERM, and would leave it running at QUIT.
    void signal(Signal signal) {
        if (!byPatroni) {
            child.signal(signal);
            return;
        }
        switch (signal) {
            case TERM, INT -> child.signal(Signal.TERM);
            case QUIT -> {
                // The other way round Patroni would start the server again.
                child.signal(Signal.KILL);
                server().ifPresent(server -> server.signal(Signal.QUIT));
            }
            case USR1, USR2 -> server().ifPresent(server -> server.signal(signal));
            case HUP, KILL, CHLD -> child.signal(signal);
        }
    }

    /// Before it has handlers for them these signals would end the server; it has them when it
    /// writes its pid down.
    void forward(Signal signal) {
        if (file().isEmpty()) {
            sayNotUp(signal);
            return;
        }
        LOG.info("Passing {} on to the server", signal);
        signal(signal);
    }

    static void sayNotUp(Signal signal) {
        LOG.info("Not passing {} on: the server is not up yet", signal);
    }

    /// Of the server's processes.
    List<String> titles() {
        return ProcessTree.titlesOfChildren(file().map(PostmasterFile::pid).orElse(child.pid()));
    }

    private Optional<ProcessTree.Adopted> server() {
        return PostmasterFile.read(dataDirectory).flatMap(this::adopted);
    }

    private Optional<ProcessTree.Adopted> adopted(PostmasterFile file) {
        return ProcessTree.adopted(file.pid(), "postgres", dataDirectory);
    }
}
