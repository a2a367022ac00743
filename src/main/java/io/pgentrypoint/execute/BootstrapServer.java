package io.pgentrypoint.execute;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server on the staging place that only this process can reach: no TCP, and its socket in a new
/// private directory. New each time, because a killed server leaves a lock file beside its socket,
/// which stops the next one while the dead pid is a zombie or used again.
final class BootstrapServer implements AutoCloseable {

    private static final Duration SMART = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Child child;
    private final Layout staging;
    private final String superuser;
    private final LocalServer server;
    private final Path privateDirectory;

    private BootstrapServer(
            Child child, Layout staging, String superuser, LocalServer server, Path directory) {
        this.child = child;
        this.staging = staging;
        this.superuser = superuser;
        this.server = server;
        this.privateDirectory = directory;
    }

    static BootstrapServer start(
            Programs programs,
            StopRequest stop,
            String postgres,
            Layout staging,
            List<String> arguments,
            String superuser,
            int port,
            Map<String, String> environment)
            throws IOException {
        Path directory = Files.createTempDirectory("entrypoint-");
        Path rules = directory.resolve("pg_hba.conf");
        AtomicFiles.write(rules, "local all all trust\n");
        List<String> argv = new ArrayList<>();
        argv.add(postgres);
        argv.add("-D");
        argv.add(staging.dataDirectory().toString());
        argv.addAll(arguments);
        // What follows the user's arguments wins over them. Nothing here needs to survive a crash:
        // an interrupted first boot is thrown away, a finished one is synced as a whole.
        for (String setting :
                List.of(
                        "listen_addresses=",
                        "unix_socket_directories=" + directory,
                        "hba_file=" + rules,
                        "synchronous_standby_names=",
                        "fsync=off",
                        "full_page_writes=off",
                        "port=" + port)) {
            argv.add("-c");
            argv.add(setting);
        }
        Map<String, String> quiet = new java.util.TreeMap<>(environment);
        // systemd would take this server's READY=1 for the real one's.
        quiet.remove("NOTIFY_SOCKET");
        Child child = programs.start(new Command("bootstrap server", argv, quiet));
        BootstrapServer bootstrap =
                new BootstrapServer(
                        child, staging, superuser, new LocalServer(directory, port), directory);
        // Whoever waits for an answer of this server then gets an error instead.
        stop.onRequest(() -> child.signal(Signal.QUIT));
        try {
            bootstrap.awaitReady(stop);
            return bootstrap;
        } catch (RuntimeException e) {
            bootstrap.close();
            throw e;
        }
    }

    private void awaitReady(StopRequest stop) {
        while (true) {
            Optional<PostmasterFile> file = PostmasterFile.read(staging.dataDirectory());
            // connect(2) succeeds before the server is ready, so its own word counts; the pid tells
            // this server's file from an older one's.
            if (file.filter(found -> found.pid() == child.pid() && found.ready()).isPresent()) {
                return;
            }
            if (!child.alive()) {
                throw ended("cannot start the bootstrap server");
            }
            stop.pause(POLL);
        }
    }

    Connection open() throws SQLException {
        return server.open(superuser, Optional.empty(), "postgres");
    }

    /// Its checkpoint may take long after a large import; a stop does not wait for it.
    void stop(StopRequest stop) {
        // Our last session may still be on its way out: a smart shutdown lets it go without an
        // alarming line in the first log that a user reads.
        child.signal(Signal.TERM);
        Optional<Integer> ended =
                stop.orStop(() ->
                        child.exit()
                                .thenApply(Optional::of)
                                .completeOnTimeout(
                                        Optional.empty(), SMART.toMillis(), TimeUnit.MILLISECONDS)
                                .join());
        if (ended.isEmpty()) {
            child.signal(Signal.INT);
        }
        if (stop.orStop(() -> child.exit().join()) != 0) {
            throw ended("cannot stop the bootstrap server cleanly");
        }
        close();
    }

    private Refusal ended(String what) {
        int code = child.exit().join();
        return new Refusal(
                code == 0 ? ExitCode.BUG.code() : code,
                what + ": it ended with code " + code,
                "its log lines above say why");
    }

    /// The hard way, for what will be thrown away; nothing when it was stopped.
    @Override
    public void close() {
        if (child.alive()) {
            child.signal(Signal.QUIT);
            child.exit().join();
        }
        try {
            FileTree.delete(privateDirectory);
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(BootstrapServer.class)
                    .debug("Cannot remove {}: {}", privateDirectory, e.getMessage());
        }
    }
}
