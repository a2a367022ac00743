package io.pgentrypoint.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import javax.net.SocketFactory;

/// Gives the JDBC driver a Unix socket where it expects a TCP socket. The driver makes it by name,
/// with `socketFactoryArg` as the one argument: the path of the socket file.
public final class UnixSocketFactory extends SocketFactory {

    private final Path file;

    public UnixSocketFactory(String file) {
        this.file = Path.of(file);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(file);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        throw unused();
    }

    private static SocketException unused() {
        return new SocketException("a Unix socket has no host and no port: use createSocket()");
    }
}
