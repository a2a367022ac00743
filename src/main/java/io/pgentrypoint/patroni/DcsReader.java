package io.pgentrypoint.patroni;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.patroni.Dcs.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// Asks the DCS before Patroni does: Patroni itself waits for it without end and prints four lines
/// of traceback every five seconds. One attempt; a caller that wants to wait asks again.
public final class DcsReader {

    private DcsReader() {}

    public static Dcs ask(DcsAddress address, Duration timeout) {
        Dcs found = new Dcs.Unread();
        for (HostPort place : address.places()) {
            found = within(timeout, address, place);
            if (!(found instanceof Dcs.Unusable)) {
                return found;
            }
        }
        return found;
    }

    /// The resolver has no limit of its own, and a store that hangs may answer in drips.
    private static Dcs within(Duration timeout, DcsAddress address, HostPort place) {
        FutureTask<Dcs> answer = new FutureTask<>(() -> ask(address, place, timeout));
        Thread.ofPlatform().daemon().name("DCS").start(answer);
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Dcs.Unusable(
                    Reason.UNREACHABLE, "%s within %s s".formatted(place, timeout.toSeconds()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking " + place, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + place, e);
        }
    }

    private static Dcs ask(DcsAddress address, HostPort place, Duration timeout) {
        try {
            if (canBeRead(address)) {
                return new Etcd(address, place, timeout).ask();
            }
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(place.host(), place.port()),
                        Math.toIntExact(timeout.toMillis()));
            }
            return new Dcs.Unread();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            // The last one: a host or a port that no address can have.
            return new Dcs.Unusable(reason(e), place + ": " + detail(e));
        }
    }

    /// With TLS only where Patroni, too, is told whom to trust; and a key that Java cannot read may
    /// be one that Patroni can.
    private static boolean canBeRead(DcsAddress address) {
        boolean trusted = address.cacert().isPresent() && Certificates.canRead(address);
        return address.kind() == DcsAddress.Kind.ETCD3 && (!address.tls() || trusted);
    }

    private static Reason reason(Exception e) {
        return switch (e) {
            case UnknownHostException _ -> Reason.UNKNOWN_HOST;
            case SSLException _ -> Reason.TLS;
            case GeneralSecurityException _ -> Reason.TLS;
            case NoRouteToHostException _ -> Reason.UNREACHABLE;
            case SocketTimeoutException _ -> Reason.UNREACHABLE;
            case ConnectException refused ->
                    String.valueOf(refused.getMessage())
                                    .toLowerCase(Locale.ROOT)
                                    .contains("refused")
                            ? Reason.REFUSED
                            : Reason.UNREACHABLE;
            // A file of certificates that is not there, or not one.
            case java.nio.file.FileSystemException _ -> Reason.TLS;
            default -> Reason.NOT_ETCD;
        };
    }

    private static String detail(Exception e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
    }
}
