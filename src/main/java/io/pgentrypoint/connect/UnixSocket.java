package io.pgentrypoint.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A `java.net.Socket` over a Unix socket file. The JDK has none: its Unix channels refuse
/// `socket()`. Only what the driver calls is here.
final class UnixSocket extends Socket {

    private final Path file;
    private volatile @Nullable Streams streams;
    private volatile boolean closed;
    private volatile int readTimeout;

    private record Streams(SocketChannel channel, UnixInput input, UnixOutput output) {}

    UnixSocket(Path file) throws SocketException {
        super(noImplementation());
        this.file = file;
    }

    /// Without one, the superclass opens no descriptor of its own.
    @SuppressWarnings("NullAway")
    private static SocketImpl noImplementation() {
        return null;
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    @Override
    public void connect(SocketAddress ignored, int timeoutMillis) throws IOException {
        Duration timeout =
                timeoutMillis == 0 ? Duration.ofDays(1) : Duration.ofMillis(timeoutMillis);
        SocketChannel channel = UnixConnect.to(file, timeout, () -> closed);
        UnixOutput output = new UnixOutput(channel);
        streams = new Streams(channel, new UnixInput(channel, output, () -> readTimeout), output);
        if (closed) {
            close();
            throw new SocketException("Socket closed");
        }
    }

    private Streams streams() throws SocketException {
        Streams open = streams;
        if (open == null || closed) {
            throw new SocketException(closed ? "Socket closed" : "Socket is not connected");
        }
        return open;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return streams().input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return streams().output();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        Streams open = streams;
        if (open != null) {
            // The channel first, so that nobody registers it anew; closing the selectors then lets
            // the kernel's descriptor go and wakes the threads that wait in them.
            open.channel().close();
            open.input().closeSelector();
            open.output().closeSelector();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        streams().channel().shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return streams != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void setSoTimeout(int millis) {
        readTimeout = millis;
    }

    @Override
    public int getSoTimeout() {
        return readTimeout;
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    private void set(SocketOption<Integer> option, int value) throws SocketException {
        try {
            streams().channel().setOption(option, value);
        } catch (IOException e) {
            throw new SocketException(String.valueOf(e.getMessage()), e);
        }
    }

    private int get(SocketOption<Integer> option) throws SocketException {
        try {
            return streams().channel().getOption(option);
        } catch (IOException e) {
            throw new SocketException(String.valueOf(e.getMessage()), e);
        }
    }

    // TCP's own: there is nothing to delay and nobody to keep awake between two processes.

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public String toString() {
        return "UnixSocket[" + file + "]";
    }
}
