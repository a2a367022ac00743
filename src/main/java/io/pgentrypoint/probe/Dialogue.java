package io.pgentrypoint.probe;

import io.pgentrypoint.probe.Protocol.Arrival;
import io.pgentrypoint.process.VitalThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One connection: a request is read, answered and written, each within its time. Only the thread
/// of the [Listener] calls it, but for [Protocol.Reply].
final class Dialogue implements Protocol.Reply {

    private static final long REQUEST_MILLIS = 2000;
    private static final long ANSWER_MILLIS = 5000;

    /// What comes after the request is read and thrown away: a socket that is closed with unread
    /// bytes in it resets the connection, and the peer would lose its answer.
    private static final long GOODBYE_MILLIS = 1000;

    private static final int MOST_AFTER_REQUEST = 64 * 1024;

    /// The JDK copies what is written into memory outside the heap, and keeps that.
    private static final int CHUNK = 16 * 1024;

    private enum State {
        READING,
        WORKING,
        WRITING,
        LEAVING,
        CLOSED
    }

    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Protocol protocol;
    private final Object peer;
    private final Runnable answered;
    private State state = State.READING;
    private long deadline;
    private byte[] request;
    private int length;
    private int after;
    private volatile byte @Nullable [] answer;
    private @Nullable ByteBuffer rest;

    /// @param peer whom it is counted for
    /// @param answered wakes the thread of the listener
    Dialogue(
            SocketChannel channel,
            SelectionKey key,
            Protocol protocol,
            Object peer,
            Runnable answered) {
        this.channel = channel;
        this.key = key;
        this.protocol = protocol;
        this.peer = peer;
        this.answered = answered;
        request = new byte[protocol.longest()];
        until(REQUEST_MILLIS);
    }

    boolean isOf(Protocol wanted) {
        return protocol.equals(wanted);
    }

    boolean isOf(Protocol wanted, Object who) {
        return isOf(wanted) && peer.equals(who);
    }

    /// Whether nothing is lost but the peer's own delay.
    boolean mayGiveWay() {
        return state != State.WORKING;
    }

    boolean isOpen() {
        return state != State.CLOSED;
    }

    int unsent() {
        ByteBuffer left = rest;
        return left == null ? 0 : left.remaining();
    }

    long nanosLeft(long now) {
        return state == State.WORKING ? Long.MAX_VALUE : deadline - now;
    }

    /// The channel can be read or written.
    ///
    /// @param scratch for what is thrown away
    void goOn(ByteBuffer scratch) throws IOException {
        switch (state) {
            case READING -> read();
            case WRITING -> write();
            case LEAVING -> leave(scratch);
            case WORKING, CLOSED -> {}
        }
    }

    private void read() throws IOException {
        int before = length;
        int count = channel.read(ByteBuffer.wrap(request, length, request.length - length));
        length += Math.max(0, count);
        if (protocol.endsIn(request, before, length)) {
            take(Arrival.WHOLE);
        } else if (count < 0) {
            take(Arrival.CUT);
        } else if (length == request.length) {
            take(Arrival.TOO_LONG);
        }
    }

    private void take(Arrival arrival) {
        byte[] bytes = request;
        request = NOTHING;
        state = State.WORKING;
        key.interestOps(0);
        try {
            Protocol.Task task = protocol.task(bytes, length, arrival);
            task.executor().execute(() -> work(task));
        } catch (RuntimeException | Error e) {
            end(protocol.busy());
        }
    }

    private void work(Protocol.Task task) {
        try {
            task.work().accept(this);
        } catch (RuntimeException | Error e) {
            end(protocol.busy());
            VitalThread.say("a bug: a request got no answer", e);
        }
    }

    @Override
    public void part(byte[] bytes) {
        try {
            int _ = channel.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            // Nobody listens any more.
        }
    }

    @Override
    public void end(byte[] bytes) {
        answer = bytes;
        answered.run();
    }

    /// Begins to write what was answered meanwhile.
    void writeAnswer() throws IOException {
        byte[] bytes = answer;
        if (state == State.WORKING && bytes != null) {
            state = State.WRITING;
            until(ANSWER_MILLIS);
            rest = ByteBuffer.wrap(bytes);
            write();
        }
    }

    private void write() throws IOException {
        ByteBuffer bytes = rest;
        while (bytes != null && bytes.hasRemaining()) {
            ByteBuffer chunk = bytes.slice();
            chunk.limit(Math.min(CHUNK, chunk.remaining()));
            int count = channel.write(chunk);
            bytes.position(bytes.position() + count);
            if (count == 0) {
                key.interestOps(SelectionKey.OP_WRITE);
                return;
            }
        }
        rest = null;
        answer = null;
        state = State.LEAVING;
        until(GOODBYE_MILLIS);
        channel.shutdownOutput();
        key.interestOps(SelectionKey.OP_READ);
    }

    private void leave(ByteBuffer scratch) throws IOException {
        scratch.clear();
        int count = channel.read(scratch);
        after += Math.max(0, count);
        if (count < 0 || after > MOST_AFTER_REQUEST) {
            close();
        }
    }

    /// Its time is over.
    void expire() {
        if (state == State.READING && length > 0) {
            take(Arrival.TOO_LATE);
        } else {
            close();
        }
    }

    private void until(long millis) {
        deadline = System.nanoTime() + millis * 1_000_000;
    }

    void close() {
        state = State.CLOSED;
        rest = null;
        answer = null;
        request = NOTHING;
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
