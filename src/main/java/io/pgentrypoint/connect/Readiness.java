package io.pgentrypoint.connect;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Waits until one direction of a channel can go on. Each direction has a selector of its own, made
/// at its first wait: the driver reads and cancels from different threads.
final class Readiness {

    private final SocketChannel channel;
    private final int operation;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable Selector selector;
    private boolean closed;

    Readiness(SocketChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    /// @param millis 0 for ever, as `setSoTimeout` has it
    void await(int millis) throws IOException {
        long start = System.nanoTime();
        long left = millis;
        boolean interrupted = false;
        try {
            Selector waiting = selector();
            while (true) {
                int ready = waiting.select(left);
                if (!channel.isOpen() || !waiting.isOpen()) {
                    throw closed();
                }
                if (ready > 0) {
                    waiting.selectedKeys().clear();
                    return;
                }
                // A pending interrupt ends select() at once, again and again: put it aside until
                // the wait is over. A socket's read does not end by an interrupt either.
                interrupted |= Thread.interrupted();
                if (millis > 0) {
                    left = millis - (System.nanoTime() - start) / 1_000_000;
                    if (left <= 0) {
                        throw new SocketTimeoutException("Read timed out");
                    }
                }
            }
        } catch (ClosedSelectorException | ClosedChannelException | CancelledKeyException e) {
            throw closed();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Selector selector() throws IOException {
        opening.lock();
        try {
            if (closed) {
                throw closed();
            }
            Selector open = selector;
            if (open == null) {
                open = Selector.open();
                selector = open;
                channel.register(open, operation);
            }
            return open;
        } finally {
            opening.unlock();
        }
    }

    void close() throws IOException {
        opening.lock();
        try {
            closed = true;
            if (selector != null) {
                selector.close();
            }
        } finally {
            opening.unlock();
        }
    }

    static SocketException closed() {
        return new SocketException("Socket closed");
    }
}
