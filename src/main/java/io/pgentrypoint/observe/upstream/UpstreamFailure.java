package io.pgentrypoint.observe.upstream;

import io.pgentrypoint.connect.ServerMessage;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// From a failed connection to the reason a person can act on. The class of the exception tells
/// nothing: three things do, the SQLSTATE, whether the server spoke, and the root cause.
public final class UpstreamFailure {

    private static final int LONGEST_DETAIL = 300;

    private UpstreamFailure() {}

    public static Upstream.Unusable of(SQLException e) {
        return ServerMessage.of(e).map(message -> said(e, message)).orElseGet(() -> unsaid(e));
    }

    static Upstream.Unusable of(Reason reason, Throwable e) {
        return new Upstream.Unusable(reason, oneLine(String.valueOf(e.getMessage())));
    }

    private static Upstream.Unusable said(SQLException e, ServerMessage message) {
        Reason reason =
                switch (String.valueOf(e.getSQLState())) {
                    // cannot_connect_now, also while it shuts down; admin and crash shutdown
                    case "57P03", "57P01", "57P02" -> Reason.STARTING;
                    case "53300" -> Reason.FULL;
                    // Under scram also an unknown role: the server must not tell which exist.
                    case "28P01" -> Reason.WRONG_PASSWORD;
                    case "42501" -> Reason.NOT_A_REPLICATION_ROLE;
                    case "28000" -> notAuthorized(message);
                    // A pooler that does not know the startup parameter `replication`.
                    case "08P01" -> Reason.NOT_POSTGRESQL;
                    default -> Reason.OTHER;
                };
        return new Upstream.Unusable(reason, oneLine(message.text()));
    }

    /// By the server's function, since its messages are translated (lc_messages).
    private static Reason notAuthorized(ServerMessage message) {
        if (message.text().toLowerCase(Locale.ROOT).contains("certificate")) {
            return Reason.TLS;
        }
        return switch (message.routine()) {
            // the role does not exist, or has NOLOGIN
            case "InitializeSessionUserId" -> Reason.NOT_A_REPLICATION_ROLE;
            case "ClientAuthentication" -> Reason.NO_HBA_ENTRY;
            default -> Reason.OTHER;
        };
    }

    private static Upstream.Unusable unsaid(SQLException e) {
        Throwable root = rootOf(e);
        String detail = oneLine(String.valueOf((rejected(e) ? e : root).getMessage()));
        return new Upstream.Unusable(unsaidReason(e, root, detail), detail);
    }

    private static Reason unsaidReason(SQLException e, Throwable root, String detail) {
        if (root instanceof SSLException
                || root instanceof GeneralSecurityException
                // a certificate or key file; nothing else is read from files
                || root instanceof FileNotFoundException
                || root instanceof FileSystemException
                || hasSslCause(e)) {
            return Reason.TLS;
        }
        if (root instanceof UnknownHostException) {
            return Reason.UNKNOWN_HOST;
        }
        if (root instanceof ConnectException) {
            return detail.toLowerCase(Locale.ROOT).contains("refused")
                    ? Reason.REFUSED
                    : Reason.UNREACHABLE;
        }
        return switch (String.valueOf(e.getSQLState())) {
            case "08P01" -> Reason.NOT_POSTGRESQL;
            // "SSL" stays in every translation of the driver's messages.
            // All others of the driver's own rejections are about how the server lets it log in.
            case "08004" -> detail.contains("SSL") ? Reason.TLS : Reason.UNPROVEN;
            // During a connection attempt only the TLS setup uses it without a cause of its own:
            // the certificate is another host's, or the key file is no key.
            case "08006" -> root instanceof IOException ? Reason.UNREACHABLE : Reason.TLS;
            case "08001" -> Reason.UNREACHABLE;
            default -> Reason.OTHER;
        };
    }

    /// By the driver, in a sentence of its own; the cause says less.
    private static boolean rejected(SQLException e) {
        return "08004".equals(e.getSQLState());
    }

    private static boolean hasSslCause(Throwable e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_DETAIL ? line : line.substring(0, LONGEST_DETAIL) + "…";
    }
}
