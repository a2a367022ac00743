package io.pgentrypoint.execute.server;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.execute.sql.Subscriptions;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.NodeState.Promotion;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.Promote;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Promotes a data directory at rest: its server runs for that alone, without TCP, with its socket
/// in a new private directory, and follows nobody meanwhile. It runs as durably as the real one:
/// this is the user's only copy.
public final class PromotingServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PromotingServer.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration GOING_DOWN = Duration.ofSeconds(10);

    private final Promote.PromoteStandby step;
    private final Programs programs;
    private final StopRequest stop;
    private final Installation installation;
    private final Map<String, String> environment;
    private final Child child;
    private final Path privateDirectory;
    private final LocalServer server;

    private PromotingServer(
            Promote.PromoteStandby step,
            Map<String, Integer> minimums,
            Programs programs,
            StopRequest stop,
            Installation installation,
            int port,
            Map<String, String> environment)
            throws IOException {
        this.step = step;
        this.programs = programs;
        this.stop = stop;
        this.installation = installation;
        this.environment = environment;
        this.privateDirectory = Files.createTempDirectory("entrypoint-");
        this.server = new LocalServer(privateDirectory, port);
        Map<String, String> quiet = new TreeMap<>(environment);
        // systemd would take this server's READY=1 for the real one's.
        quiet.remove("NOTIFY_SOCKET");
        this.child = programs.start(new Command("promoting server", argv(minimums, port), quiet));
        // A thread that waits for an answer of this server then gets an error; it recovers again.
        stop.onRequest(() -> child.signal(Signal.QUIT));
    }

    /// Promotes it, or verifies that it was, and leaves nothing running.
    public static Promotion promote(
            Promote.PromoteStandby step,
            Programs programs,
            StopRequest stop,
            Installation installation,
            int port,
            Map<String, String> environment)
            throws IOException, SQLException {
        Map<String, Integer> minimums = step.minimums();
        while (true) {
            try (PromotingServer server =
                    new PromotingServer(
                            step, minimums, programs, stop, installation, port, environment)) {
                if (server.awaitPromoted()) {
                    Promotion promotion = server.verified();
                    if (step.copy()) {
                        Subscriptions.disable(server::open);
                    }
                    server.end();
                    return promotion;
                }
                // CheckRequiredParameterValues: WAL can tell that the primary's were raised, which
                // pg_control knows by then.
                Map<String, Integer> raised = server.minimums();
                if (raised.equals(minimums)) {
                    throw server.ended();
                }
                LOG.info(
                        "Starting again with the higher settings that its primary has: {}", raised);
                minimums = raised;
            }
        }
    }

    private List<String> argv(Map<String, Integer> minimums, int port) throws IOException {
        Path rules = privateDirectory.resolve("pg_hba.conf");
        AtomicFiles.write(rules, "local all all trust\n");
        Map<String, String> settings = new TreeMap<>();
        minimums.forEach((name, value) -> settings.put(name, String.valueOf(value)));
        settings.putAll(
                Map.of(
                        "listen_addresses", "",
                        "port", String.valueOf(port),
                        "unix_socket_directories", privateDirectory.toString(),
                        "hba_file", rules.toString(),
                        "fsync", "on",
                        "synchronous_standby_names", "",
                        // No subscription takes rows before it is known who takes them.
                        "max_logical_replication_workers", "0",
                        // What is here is what counts; an archive (restore_command) is here too.
                        "primary_conninfo", "",
                        "recovery_min_apply_delay", "0",
                        // A target ends replay; pausing there would end nothing.
                        "recovery_target_action", "promote"));
        List<String> argv = new ArrayList<>();
        argv.add(installation.program("postgres"));
        argv.add("-D");
        argv.add(step.layout().dataDirectory().toString());
        argv.addAll(step.arguments());
        // What follows the user's arguments wins over them.
        settings.forEach((name, value) -> argv.addAll(List.of("-c", name + "=" + value)));
        return argv;
    }

    /// False when it ended instead.
    private boolean awaitPromoted() throws SQLException, IOException {
        boolean asked = false;
        while (child.alive()) {
            Optional<PostmasterFile> file =
                    PostmasterFile.read(step.layout().dataDirectory())
                            .filter(found -> found.pid() == child.pid());
            if (file.filter(PostmasterFile::ready).isPresent() && !isInRecovery()) {
                return true;
            }
            // Once its file is whole it no longer removes requests that it finds. Asked before it
            // is consistent it replays all that there is and gives up if that is not enough,
            // whereas a standby would wait for more for ever.
            if (file.isPresent() && !asked) {
                ask();
                asked = true;
            }
            stop.pause(POLL);
        }
        stop.throwIfRequested();
        return false;
    }

    private boolean isInRecovery() throws SQLException {
        try (Connection connection = open()) {
            return PromotionProof.inRecovery(connection);
        } catch (SQLException e) {
            // A server that goes down closes its socket before its process ends.
            if (endsSoon()) {
                return true;
            }
            throw e;
        }
    }

    private boolean endsSoon() {
        try {
            child.exit().get(GOING_DOWN.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("It goes on", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// As pg_ctl does (PROMOTE_SIGNAL_FILE), which refuses to while pg_control does not say "in
    /// archive recovery": a clone that was never started, and lacks its first record, never gets
    /// there. Without standby.signal there is nothing to ask for: it was promoted before.
    private void ask() throws IOException {
        if (Files.exists(step.layout().standbySignal(), LinkOption.NOFOLLOW_LINKS)) {
            AtomicFiles.createEmpty(step.layout().dataDirectory().resolve("promote"));
            child.signal(Signal.USR1);
        }
    }

    private Connection open() throws SQLException {
        return open("postgres");
    }

    private Connection open(String database) throws SQLException {
        return server.open(step.superuser(), Optional.empty(), database);
    }

    private Promotion verified() throws SQLException, IOException {
        try (Connection connection = open()) {
            Promotion promotion = PromotionProof.of(connection, step.layout(), step.timeline());
            LOG.info(
                    "Promoted: the old timeline ended at {}, and timeline {} begins there",
                    promotion.position(),
                    promotion.to());
            return promotion;
        }
    }

    /// With a checkpoint, so that the real one has nothing to recover.
    private void end() {
        ServerStop server = ServerStop.of("promoting server", child);
        boolean byItself =
                server.fast(
                        ServerStop.timeout(environment.getOrDefault("PGCTLTIMEOUT", "")),
                        () -> control().state(),
                        stop);
        int code = child.exit().join();
        if (byItself && code != 0) {
            throw Refusals.promotingServerNotClean(code);
        }
    }

    private Map<String, Integer> minimums() {
        return control().standbySettings();
    }

    private ControlData control() {
        return Observer.controlData(
                step.layout().dataDirectory(), installation, environment, programs);
    }

    private Refusal ended() {
        return Refusals.notPromoted(
                step.layout().dataDirectory(),
                child.exit().join(),
                !Files.exists(step.layout().standbySignal()));
    }

    /// The hard way; nothing when it has ended.
    @Override
    public void close() {
        if (child.alive()) {
            child.signal(Signal.QUIT);
            int _ = child.exit().join();
        }
        try {
            FileTree.delete(privateDirectory);
        } catch (IOException e) {
            LOG.debug("Cannot remove {}: {}", privateDirectory, e.getMessage());
        }
    }
}
