package io.pgentrypoint.it.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A way to a server on which a test can stop the answers, after a number of bytes or at once.
final class GatedProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();

    GatedProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void closeAfter(long bytes) {
        left.set(bytes);
    }

    void allow(long bytes) {
        lock.lock();
        try {
            left.addAndGet(bytes);
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void open() {
        lock.lock();
        try {
            left.set(Long.MAX_VALUE);
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> copy(client, server, false));
                Thread.ofVirtual().start(() -> copy(server, client, true));
            }
        } catch (IOException e) {
            // Closed, or nothing listens there: who connects sees the end of the connection.
        }
    }

    private void copy(Socket from, Socket to, boolean gated) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (gated) {
                    pass(read);
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // One end has gone, so the other goes.
        }
    }

    private void pass(int bytes) {
        lock.lock();
        try {
            while (left.get() <= 0) {
                opened.awaitUninterruptibly();
            }
            left.addAndGet(-bytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        open();
        listener.close();
    }
}
