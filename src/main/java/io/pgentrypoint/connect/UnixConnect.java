package io.pgentrypoint.connect;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Connects a channel to a socket file. The channel never blocks: a blocking one knows no timeout,
/// and an interrupt of its thread closes it for good.
final class UnixConnect {

    // sockaddr_un.sun_path: 108 bytes with the NUL at its end.
    private static final int LONGEST_PATH = 107;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(10);

    private UnixConnect() {}

    static SocketChannel to(Path file, Duration timeout, BooleanSupplier givenUp)
            throws IOException {
        if (file.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new ConnectException(
                    file + ": the kernel takes socket paths of at most 107 bytes");
        }
        long start = System.nanoTime();
        while (true) {
            Optional<SocketChannel> connected = attempt(file);
            if (connected.isPresent()) {
                return connected.get();
            }
            if (givenUp.getAsBoolean()) {
                throw new SocketException("Socket closed");
            }
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new SocketTimeoutException(
                        file + ": the server takes no connection, its listen queue is full");
            }
            parked();
        }
    }

    /// Empty when the listen queue is full. A Unix connect ends at once, either way.
    private static Optional<SocketChannel> attempt(Path file) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (channel.connect(UnixDomainSocketAddress.of(file))) {
                return Optional.of(channel);
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            // EAGAIN has no exception class of its own and its text depends on the locale. It is
            // what remains: ECONNREFUSED has one, ENOENT and EACCES can be asked for.
            if (!(e instanceof ConnectException) && Files.isWritable(file)) {
                return Optional.empty();
            }
            ConnectException refused = new ConnectException(file + ": " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    /// With the interrupt put aside: it would make every pause end at once.
    private static void parked() {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
