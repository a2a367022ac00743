package io.pgentrypoint.probe;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// What is spoken over one socket: one request, one answer, and the connection is closed.
interface Protocol {

    /// Why a request is looked at.
    enum Arrival {
        WHOLE,
        /// The peer has sent all that it will, and it is no whole request.
        CUT,
        /// It is longer than a request may be.
        TOO_LONG,
        /// It took longer than a request may take.
        TOO_LATE
    }

    /// What is done for a request.
    ///
    /// @param executor runs the work, and refuses where it cannot
    /// @param work answers by [Reply#end]
    record Task(Executor executor, Consumer<Reply> work) {}

    /// Where an answer goes. Both are called from any thread.
    interface Reply {

        /// Part of an answer. It is thrown away where the peer does not read.
        void part(byte[] bytes);

        /// All of an answer, or the rest of it.
        void end(byte[] bytes);
    }

    /// Whether this peer is listened to at all; one that is not is hung up on.
    default boolean mayAsk(SocketChannel client) throws IOException {
        return true;
    }

    /// How many bytes a request may have.
    int longest();

    /// Whether the request ends in the bytes from there on.
    boolean endsIn(byte[] bytes, int from, int length);

    /// On the thread that serves all connections: it must not wait.
    Task task(byte[] bytes, int length, Arrival arrival);

    /// What is said where a task cannot be done.
    byte[] busy();
}
