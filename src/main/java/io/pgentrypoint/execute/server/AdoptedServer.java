package io.pgentrypoint.execute.server;

import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.nio.file.Path;
import java.time.Duration;

/// A server that a program of ours has started and has left to us: nobody else ends it.
public final class AdoptedServer {

    private AdoptedServer() {}

    /// At once; nothing where none runs.
    public static void end(Path dataDirectory) {
        PostmasterFile.read(dataDirectory)
                .flatMap(file -> ProcessTree.adopted(file.pid(), "postgres", dataDirectory))
                .ifPresent(server -> {
                    boolean _ =
                            ServerStop.of("server of pg_upgrade", server)
                                    .ends(Signal.QUIT, Duration.ofDays(1), new StopRequest());
                });
    }
}
