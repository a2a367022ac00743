package io.pgentrypoint.execute.server;

import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.process.Child;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.ProcessTree;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
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
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server for the time before the real one, without TCP. It listens in a new private directory,
/// which only this process knows; for scripts, where they look for it.
public final class BootstrapServer implements AutoCloseable {

    /// What a server writes down of its command line.
    static final String ARGUMENTS = "postmaster.opts";

    private static final Logger LOG = LoggerFactory.getLogger(BootstrapServer.class);
    private static final Duration SMART = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(10);

    /// What differs between the servers that are started for a while.
    ///
    /// @param staged its directory moves afterwards, and nothing else may come from it: the files
    ///   of a logging collector may lie where that directory goes
    /// @param keepsData the directory holds a database and not something that the next start makes
    ///   anew: it is written and archived as ever, and a stop waits for its checkpoint
    /// @param ownRules every user that reaches the socket may log in, instead of what pg_hba.conf
    ///   says
    /// @param forScripts listens where scripts look for it
    /// @param mark an argument by which it is known afterwards
    public record Terms(
            boolean staged,
            boolean keepsData,
            boolean ownRules,
            boolean forScripts,
            Optional<String> mark) {

        /// On a new cluster in the staging directory.
        public static final Terms STAGING = new Terms(true, false, true, false, Optional.empty());

        /// On a database in its place.
        public static final Terms KEPT = new Terms(false, true, true, false, Optional.empty());

        /// On a database that was moved there.
        public static final Terms WITHDRAWN = new Terms(true, true, true, false, Optional.empty());
    }

    private final Child child;
    private final Layout layout;
    private final Terms terms;
    private final Login login;
    private final Path work;
    private final ScriptRun.Sockets sockets;
    private final BootstrapSettings settings;
    private final Duration timeout;

    private BootstrapServer(
            Child child,
            Layout layout,
            Terms terms,
            Login login,
            Path work,
            ScriptRun.Sockets sockets,
            BootstrapSettings settings,
            Duration timeout) {
        this.child = child;
        this.layout = layout;
        this.terms = terms;
        this.login = login;
        this.work = work;
        this.sockets = sockets;
        this.settings = settings;
        this.timeout = timeout;
    }

    public static BootstrapServer start(
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
        Path work = Files.createTempDirectory("entrypoint-");
        List<String> argv = new ArrayList<>();
        argv.add(postgres);
        argv.add("-D");
        argv.add(layout.dataDirectory().toString());
        argv.addAll(withoutQuestion(arguments));
        ScriptRun.Sockets sockets =
                terms.forScripts()
                        ? ScriptRun.Sockets.of(
                                configured("unix_socket_directories", programs, argv, environment),
                                port,
                                work)
                        : new ScriptRun.Sockets(
                                List.of(work.toString()), Optional.of(work.toString()));
        // What follows the user's arguments wins over them.
        BootstrapSettings settings = BootstrapSettings.of(layout, work, sockets, port, terms);
        if (terms.forScripts()) {
            String file = configured("config_file", programs, argv, environment);
            boolean elsewhere = !file.equals(layout.postgresqlConf().toString());
            if (!file.isEmpty() && (terms.keepsData() || elsewhere)) {
                settings = settings.around(file);
            }
        }
        argv.addAll(settings.arguments());
        settings.putIntoFiles();
        Map<String, String> quiet = new TreeMap<>(environment);
        // systemd would take this server's READY=1 for the real one's.
        quiet.remove("NOTIFY_SOCKET");
        // For what connects from within, such as dblink.
        sockets.host().ifPresent(host -> quiet.putIfAbsent("PGHOST", host));
        // On stdout, as pg_ctl has it in the official image: clients of containers wait for the
        // bootstrap server's "ready to accept connections" there, and for the server's on stderr.
        Child child = programs.startOnStdout(new Command("bootstrap server", argv, quiet));
        BootstrapServer bootstrap =
                new BootstrapServer(
                        child,
                        layout,
                        terms,
                        login,
                        work,
                        sockets,
                        settings,
                        ServerStop.timeout(environment.getOrDefault("PGCTLTIMEOUT", "")));
        // Whoever waits for an answer of this server then gets an error instead.
        stop.onRequest(() -> child.signal(bootstrap.end(stop)));
        try {
            bootstrap.awaitReady(stop);
            Files.copy(layout.dataDirectory().resolve(ARGUMENTS), work.resolve(ARGUMENTS));
            return bootstrap;
        } catch (RuntimeException | IOException e) {
            bootstrap.close();
            throw e;
        }
    }

    /// What the real server will have. One that cannot say it cannot start either.
    private static String configured(
            String setting,
            Programs programs,
            List<String> server,
            Map<String, String> environment) {
        List<String> argv = new ArrayList<>(server);
        argv.addAll(List.of("-C", setting));
        return programs.run(new Command("postgres -C", argv, environment)).stdout().strip();
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

    private Signal end(StopRequest stop) {
        return terms.keepsData() && stop.strength() < StopRequest.ASKED_AGAIN
                ? Signal.INT
                : Signal.QUIT;
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
                throw Refusals.bootstrapEnded("start the bootstrap server", child.exit().join());
            }
            stop.pause(POLL);
        }
    }

    Connection open() throws SQLException {
        return open("postgres");
    }

    /// Where pg_hba.conf may ask for the password that initdb was given.
    public Connection openFirst(Optional<Secret> initial) throws SQLException {
        return connectTo().open(login.user(), initial, "postgres");
    }

    public Connection open(String database) throws SQLException {
        return connectTo().open(login.user(), login.password(), database);
    }

    public void use(String database, Use use) throws SQLException {
        try (Connection connection = open(database)) {
            use.of(connection);
        }
    }

    private LocalServer connectTo() throws SQLException {
        return PostmasterFile.read(layout.dataDirectory())
                .map(PostmasterFile::server)
                .orElseThrow(() -> new SQLException("the bootstrap server does not run any more"));
    }

    /// What is done in a session.
    public interface Use {
        void of(Connection connection) throws SQLException;
    }

    /// A private directory beside the cluster; it holds [#ARGUMENTS] as this server had them.
    Path work() {
        return work;
    }

    /// What scripts need as PGHOST.
    Optional<String> host() {
        return sockets.host();
    }

    /// Its checkpoint may take long after a large import; a stop does not wait for it. A script may
    /// have started another server in its place, or have left none.
    ///
    /// @param controlState of its cluster, as pg_controldata says it
    public void stop(StopRequest stop, Supplier<String> controlState) throws IOException {
        Optional<ServerStop> server = server();
        if (server.isPresent()) {
            // Our last session may still be on its way out: a smart shutdown lets it go without an
            // alarming line in the first log that a user reads.
            boolean byItself =
                    server.get().ends(Signal.TERM, SMART, stop)
                            || server.get().fast(timeout, controlState, stop);
            if (byItself && server.get().pid() == child.pid() && child.exit().join() != 0) {
                throw Refusals.bootstrapEnded(
                        "stop the bootstrap server cleanly", child.exit().join());
            }
        }
        if (Files.exists(layout.dataDirectory().resolve("postmaster.pid"))) {
            throw Refusals.serverOfScript();
        }
        settings.takeOutOfFiles();
        close();
    }

    private Optional<ServerStop> server() {
        return child.alive()
                ? Optional.of(ServerStop.of("bootstrap server", child))
                : PostmasterFile.read(layout.dataDirectory())
                        .flatMap(file ->
                                ProcessTree.adopted(file.pid(), "postgres", layout.dataDirectory()))
                        .map(found -> ServerStop.of("server that a script has started", found));
    }

    /// The hard way where the data will be thrown away; nothing when it was stopped.
    @Override
    public void close() {
        boolean ours = child.alive();
        server().ifPresent(server -> {
            StopRequest nobodys = new StopRequest();
            boolean _ =
                    (terms.keepsData() && server.ends(Signal.INT, timeout, nobodys))
                            || server.ends(Signal.QUIT, Duration.ofDays(1), nobodys);
            if (!ours) {
                restoreArguments();
            }
        });
        try {
            FileTree.delete(work);
        } catch (IOException e) {
            LOG.debug("Cannot remove {}: {}", work, e.getMessage());
        }
    }

    /// The mark among them tells the next start that the cluster is ours to throw away.
    private void restoreArguments() {
        try {
            Path file = layout.dataDirectory().resolve(ARGUMENTS);
            AtomicFiles.write(file, AtomicFiles.read(work.resolve(ARGUMENTS)));
        } catch (IOException e) {
            LOG.debug("Cannot restore {}: {}", ARGUMENTS, e.getMessage());
        }
    }
}
