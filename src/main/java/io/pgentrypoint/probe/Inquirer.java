package io.pgentrypoint.probe;

import io.pgentrypoint.connect.ControlFile;
import io.pgentrypoint.connect.LocalServer;
import io.pgentrypoint.connect.Login;
import io.pgentrypoint.connect.PostmasterFile;
import io.pgentrypoint.connect.ServerMessage;
import io.pgentrypoint.probe.ServerState.Position;
import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.process.ProcessActivity;
import io.pgentrypoint.report.Measures;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the server with a login, and without one while it refuses ours. That it serves needs no
/// user whom somebody can rename, whose password changes, or for whom no connection is left.
public final class Inquirer {

    private static final Logger LOG = LoggerFactory.getLogger(Inquirer.class);
    private static final Duration PING = Duration.ofSeconds(1);

    // Each attempt is a FATAL in the server's log.
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private static final String USUAL_DATABASE = "postgres";

    // Dropped, or closed by ALLOW_CONNECTIONS false.
    private static final List<String> OTHER_DATABASE = List.of("3D000", "55000");

    // It stops, it starts, or it took too long: a login is not what is wrong.
    private static final List<String> NO_REFUSAL = List.of("57P01", "57P02", "57P03", "57014");

    // Of the driver: the server asks for a password that we have not, or in a way unknown to it.
    private static final String LOGIN_IMPOSSIBLE = "08004";

    private static final Pattern RECEIVER =
            Pattern.compile("postgres: (?:.*: )?walreceiver\\b\\s*(\\w*).*");

    private final Path dataDirectory;
    private final Supplier<Login> again;
    private final String otherDatabase;
    private final LongSupplier nanos;
    private final ArchiverWatch archiver = new ArchiverWatch();
    private Login login;
    private String database = USUAL_DATABASE;
    private Optional<Refused> refused = Optional.empty();

    /// @param server when it was started: another one has not refused anything yet
    private record Refused(String why, long server, long at, Duration pause) {}

    /// @param again for another attempt after a refusal: the password may have changed
    /// @param otherDatabase where to ask when the database postgres was dropped
    public Inquirer(Path dataDirectory, Login login, Supplier<Login> again, String otherDatabase) {
        this(dataDirectory, login, again, otherDatabase, System::nanoTime);
    }

    Inquirer(
            Path dataDirectory,
            Login login,
            Supplier<Login> again,
            String otherDatabase,
            LongSupplier nanos) {
        this.dataDirectory = dataDirectory;
        this.login = login;
        this.again = again;
        this.otherDatabase = otherDatabase;
        this.nanos = nanos;
    }

    /// @param file of a server that accepts connections, as it says itself
    synchronized Answer ask(PostmasterFile file) {
        if (file.server().isUnnameable()) {
            return withoutLogin(file, "its one socket is abstract, and it listens on no address");
        }
        Optional<Refused> last = refused.filter(each -> each.server() == file.startedAt());
        if (last.isPresent()
                && nanos.getAsLong() - last.get().at() < last.get().pause().toNanos()) {
            return withoutLogin(file, last.get().why());
        }
        try {
            if (last.isPresent()) {
                login = again.get();
            }
            ServerState state = state(file.server());
            refused = Optional.empty();
            archiver.look(state.archiver());
            return new Answer.State(state);
        } catch (SQLException e) {
            return isRefusal(e)
                    ? withoutLogin(file, refusedBy(file, e, last))
                    : new Answer.Failed("cannot ask the server: " + e.getMessage());
        } catch (RuntimeException e) {
            return new Answer.Failed("cannot ask the server: " + e.getMessage());
        }
    }

    private ServerState state(LocalServer server) throws SQLException {
        try {
            return NodeQuery.ask(server, login, database);
        } catch (SQLException e) {
            if (!OTHER_DATABASE.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            // Stays, so that not each question begins with the wrong one.
            database = database.equals(USUAL_DATABASE) ? otherDatabase : USUAL_DATABASE;
            return NodeQuery.ask(server, login, database);
        }
    }

    private static boolean isRefusal(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.equals(LOGIN_IMPOSSIBLE)
                || state.equals(NodeQuery.INSUFFICIENT_PRIVILEGE)
                || (ServerMessage.of(e).isPresent() && !NO_REFUSAL.contains(state));
    }

    private String refusedBy(PostmasterFile file, SQLException e, Optional<Refused> last) {
        String why =
                "the server lets user \"%s\" not in: %s".formatted(login.user(), e.getMessage());
        Duration pause =
                last.map(before -> before.pause().multipliedBy(2))
                        .filter(longer -> longer.compareTo(LONGEST_PAUSE) < 0)
                        .orElse(last.isPresent() ? LONGEST_PAUSE : FIRST_PAUSE);
        if (last.isEmpty()) {
            LOG.warn(
                    """
                    Cannot ask the server for its state: {}. Whether it serves is judged without a \
                    login; what only a login tells (lag, standbys, slots) is absent from status \
                    and metrics. Next attempt in {}, then at growing intervals\
                    """,
                    why,
                    Measures.time(pause));
        }
        refused = Optional.of(new Refused(why, file.startedAt(), nanos.getAsLong(), pause));
        return why;
    }

    /// By its answer to a connection, its pg_control, and the title of its WAL receiver.
    private Answer withoutLogin(PostmasterFile file, String why) {
        try {
            if (!file.server().isUnnameable()) {
                file.server().ping(PING);
            }
            Position position =
                    ControlFile.isInProduction(dataDirectory)
                            ? new Primary(null, null)
                            : Standby.notAsked(receiver());
            return new Answer.State(ServerState.notAsked((double) file.startedAt(), position, why));
        } catch (IOException e) {
            return new Answer.Failed("the server does not answer at " + e.getMessage());
        }
    }

    /// `walreceiver streaming 0/3000148`; without the rest where update_process_title is off.
    private static String receiver() {
        return ProcessActivity.ofDescendants(title -> RECEIVER.matcher(title).matches())
                .titles()
                .stream()
                .map(RECEIVER::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1).isEmpty() ? Standby.UNKNOWN : match.group(1))
                .findFirst()
                .orElse("none");
    }
}
