package io.pgentrypoint.execute;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.files.FileTree;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server that only this process and what it starts can reach: no TCP, and its socket in a new
/// private directory. New each time, because a killed server leaves a lock file beside its socket,
/// which stops the next one while the dead pid is a zombie or used again.
final class BootstrapServer implements AutoCloseable {

    private static final Duration SMART = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(10);

    /// What differs between the servers that are started for a while.
    ///
    /// @param staged its directory moves afterwards, and nothing else may come from it: the files
    ///   of a logging collector may lie where that directory goes
    /// @param keepsData the directory holds a database and not something that the next start makes
    ///   anew: it is written as safely as ever, and a stop waits for its checkpoint
    /// @param ownRules whoever reaches the socket may log in, instead of what pg_hba.conf says
    /// @param sockets where it listens besides the private directory
    /// @param mark an argument by which it is known afterwards
    record Terms(
            boolean staged,
            boolean keepsData,
            boolean ownRules,
            List<Path> sockets,
            Optional<String> mark) {

        /// On a new cluster in the staging place.
        static final Terms STAGING = new Terms(true, false, true, List.of(), Optional.empty());

        /// On a database that was moved there.
        static final Terms WITHDRAWN = new Terms(true, true, true, List.of(), Optional.empty());
    }

    private final Child child;
    private final Layout layout;
    private final boolean keepsData;
    private final Login login;
    private final LocalServer server;
    private final Path privateDirectory;

    private BootstrapServer(
            Child child,
            Layout layout,
            boolean keepsData,
            Login login,
            LocalServer server,
            Path directory) {
        this.child = child;
        this.layout = layout;
        this.keepsData = keepsData;
        this.login = login;
        this.server = server;
        this.privateDirectory = directory;
    }

    static BootstrapServer start(
            Programs programs,
            StopRequest stop,
            String postgres,
            Layout layout,
            List<String> arguments,
            Login login,
            int port,
            Map<String, String> environment,
            Terms terms)
            throws IOException {
        Path directory = Files.createTempDirectory("entrypoint-");
        List<String> argv = new ArrayList<>();
        argv.add(postgres);
        argv.add("-D");
        argv.add(layout.dataDirectory().toString());
        argv.addAll(withoutQuestion(arguments));
        // What follows the user's arguments wins over them.
        for (String setting : settings(layout, directory, port, terms)) {
            argv.add("-c");
            argv.add(setting);
        }
        Map<String, String> quiet = new java.util.TreeMap<>(environment);
        // systemd would take this server's READY=1 for the real one's.
        quiet.remove("NOTIFY_SOCKET");
        // For what connects from within, such as dblink.
        if (terms.sockets().isEmpty()) {
            quiet.putIfAbsent("PGHOST", directory.toString());
        }
        // On stdout, as pg_ctl has it in the official image: clients of containers wait for the
        // bootstrap server's "ready to accept connections" there, and for the server's on stderr.
        Child child = programs.startOnStdout(new Command("bootstrap server", argv, quiet));
        BootstrapServer bootstrap =
                new BootstrapServer(
                        child,
                        layout,
                        terms.keepsData(),
                        login,
                        new LocalServer(directory, port),
                        directory);
        // Whoever waits for an answer of this server then gets an error instead.
        stop.onRequest(() -> child.signal(bootstrap.end(stop)));
        try {
            bootstrap.awaitReady(stop);
            return bootstrap;
        } catch (RuntimeException e) {
            bootstrap.close();
            throw e;
        }
    }

    /// `-C name` prints a setting and starts nothing: the server that comes after this one answers.
    private static List<String> withoutQuestion(List<String> arguments) {
        List<String> kept = new ArrayList<>();
        for (Iterator<String> words = arguments.iterator(); words.hasNext(); ) {
            String word = words.next();
            if (word.equals("-C") && words.hasNext()) {
                words.next();
            } else if (!word.startsWith("-C")) {
                kept.add(word);
                // Its value may look like an option.
                if (word.equals("-c") && words.hasNext()) {
                    kept.add(words.next());
                }
            }
        }
        return kept;
    }

    private static List<String> settings(Layout layout, Path directory, int port, Terms terms)
            throws IOException {
        List<String> sockets = new ArrayList<>(List.of(directory.toString()));
        terms.sockets().forEach(socket -> sockets.add(socket.toString()));
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                // Of a configuration directory that the user's -D names.
                                "data_directory=" + layout.dataDirectory(),
                                "listen_addresses=",
                                "unix_socket_directories=" + String.join(",", sockets),
                                "synchronous_standby_names=",
                                "port=" + port));
        if (terms.ownRules()) {
            Path rules = directory.resolve("pg_hba.conf");
            AtomicFiles.write(rules, "local all all trust\n");
            settings.add("hba_file=" + rules);
        }
        // Nothing needs to survive a crash here: an interrupted first boot is thrown away, a
        // finished one is synced as a whole.
        if (!terms.keepsData()) {
            settings.addAll(List.of("fsync=off", "full_page_writes=off"));
        }
        if (terms.staged()) {
            settings.add("logging_collector=off");
        }
        terms.mark().ifPresent(settings::add);
        return settings;
    }

    private Signal end(StopRequest stop) {
        return keepsData && stop.strength() < StopRequest.ASKED_AGAIN ? Signal.INT : Signal.QUIT;
    }

    private void awaitReady(StopRequest stop) {
        while (true) {
            Optional<PostmasterFile> file = PostmasterFile.read(layout.dataDirectory());
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
        return server.open(login.user(), login.password(), "postgres");
    }

    /// Where pg_hba.conf may ask for the password that initdb was given.
    Connection openFirst(Optional<Secret> initial) throws SQLException {
        return server.open(login.user(), initial, "postgres");
    }

    void use(String database, Use use) throws SQLException {
        try (Connection connection = server.open(login.user(), login.password(), database)) {
            use.of(connection);
        }
    }

    /// What is done in a session.
    interface Use {
        void of(Connection connection) throws SQLException;
    }

    Path socketDirectory() {
        return privateDirectory;
    }

    /// Its checkpoint may take long after a large import; a stop does not wait for it.
    ///
    /// @param pgCtl for a server that a script has started in place of this one
    void stop(StopRequest stop, Programs programs, String pgCtl, Map<String, String> environment) {
        if (!child.alive()) {
            stopReplacement(programs, pgCtl, environment, "fast");
            close();
            return;
        }
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

    private void stopReplacement(
            Programs programs, String pgCtl, Map<String, String> environment, String mode) {
        String directory = layout.dataDirectory().toString();
        if (PostmasterFile.read(layout.dataDirectory()).isEmpty()) {
            return;
        }
        Outcome outcome =
                programs.run(
                        new Command(
                                "pg_ctl stop",
                                List.of(pgCtl, "-D", directory, "-m", mode, "-w", "stop"),
                                environment));
        if (!outcome.succeeded()) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot stop the server that a script has started: " + outcome.stderr().strip(),
                    "let scripts leave the server as they found it, or restart it with pg_ctl");
        }
    }

    private Refusal ended(String what) {
        int code = child.exit().join();
        return new Refusal(
                code == 0 ? ExitCode.BUG.code() : code,
                what + ": it ended with code " + code,
                "its log lines above say why");
    }

    /// The hard way where the data will be thrown away; nothing when it was stopped.
    @Override
    public void close() {
        if (child.alive()) {
            child.signal(keepsData ? Signal.INT : Signal.QUIT);
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
