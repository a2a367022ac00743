package io.pgentrypoint.observe.upstream;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.connect.ReplicationConnection;
import io.pgentrypoint.connect.Security;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Asks the upstream who it is, in the way a WAL receiver will speak to it. One attempt; a caller
/// that wants to wait asks again.
public final class UpstreamReader {

    /// What a standby must not run with less of than its upstream.
    private static final List<String> STANDBY_SETTINGS =
            List.of(
                    "max_connections",
                    "max_worker_processes",
                    "max_wal_senders",
                    "max_prepared_transactions",
                    "max_locks_per_transaction");

    private static final int PER_MAJOR = 10_000;

    private final HostNames hostNames;

    public UpstreamReader() {
        this(new HostNames(InetAddress::getAllByName));
    }

    UpstreamReader(HostNames hostNames) {
        this.hostNames = hostNames;
    }

    /// @param ownPort where our own server listens or will listen
    /// @param timeout of each wait: the resolver, the login, an answer
    public Upstream ask(UpstreamServer server, int ownPort, Duration timeout) {
        HostPort primary = server.address();
        try {
            List<InetAddress> addresses = hostNames.resolve(primary.host(), timeout);
            // All of them: a name for every node of a group is ours among others.
            if (primary.port() == ownPort && addresses.stream().allMatch(HostNames::isOurs)) {
                return new Upstream.Unusable(
                        Reason.ITSELF,
                        "%s is %s".formatted(primary, addresses.getFirst().getHostAddress()));
            }
        } catch (UnknownHostException e) {
            return UpstreamFailure.of(Reason.UNKNOWN_HOST, e);
        } catch (SocketTimeoutException e) {
            return UpstreamFailure.of(Reason.UNREACHABLE, e);
        }
        try (Connection connection = connection(server, timeout).open()) {
            return answer(new ReplicationCommands(connection));
        } catch (SQLException e) {
            return UpstreamFailure.of(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            // The driver trusts the lengths and the order of what a server says.
            return new Upstream.Unusable(Reason.NOT_POSTGRESQL, e.toString());
        }
    }

    /// How the connections of a standby reach it.
    public static ReplicationConnection connection(UpstreamServer server, Duration timeout) {
        Credentials role = server.replication();
        Tls tls = server.tls();
        return new ReplicationConnection(
                server.address().host(),
                server.address().port(),
                role.user(),
                role.password(),
                new Security(
                        tls.mode().word(),
                        tls.rootCertificate(),
                        tls.certificate(),
                        tls.key(),
                        tls.accepted().stream().map(AuthMethod::word).toList(),
                        tls.bindsChannel()),
                timeout);
    }

    private static Upstream answer(ReplicationCommands commands) throws SQLException {
        ReplicationCommands.SystemIdentity identity = commands.identifySystem();
        Map<String, Integer> standbySettings = new TreeMap<>();
        for (String name : STANDBY_SETTINGS) {
            standbySettings.put(name, number(commands, name));
        }
        return new Upstream.Answered(
                identity.systemIdentifier(),
                identity.timeline(),
                identity.walPosition(),
                number(commands, "server_version_num") / PER_MAJOR,
                commands.show("wal_level"),
                standbySettings);
    }

    private static int number(ReplicationCommands commands, String setting) throws SQLException {
        String text = commands.show(setting);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new SQLException("the server's %s is no number: %s".formatted(setting, text), e);
        }
    }
}
