package io.pgentrypoint.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the server gets.
///
/// A backend that was terminated has said why (57P01) before it closed its end. Over TCP the next
/// write still succeeds and the reason is read after it; over a Unix socket that write fails at
/// once with EPIPE and the reason would be lost. So a failed write is remembered, later ones go
/// nowhere, and reading goes on to the end, where the failure comes to light (libpq does the same,
/// `pqsecure_write` in 14 and later).
final class UnixOutput extends OutputStream {

    private final SocketChannel channel;
    private final Readiness writable;
    private volatile @Nullable IOException failure;

    UnixOutput(SocketChannel channel) {
        this.channel = channel;
        this.writable = new Readiness(channel, SelectionKey.OP_WRITE);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int done = 0;
        while (done < length && failure == null) {
            int size = Math.min(length - done, UnixInput.PIECE);
            int count = send(ByteBuffer.wrap(bytes, offset + done, size));
            if (count == 0 && failure == null) {
                writable.await(0);
            }
            done += count;
        }
    }

    private int send(ByteBuffer piece) throws IOException {
        try {
            return channel.write(piece);
        } catch (ClosedChannelException e) {
            throw Readiness.closed();
        } catch (IOException e) {
            failure = e;
            endOurSide();
            return 0;
        }
    }

    /// A server that is still there sees the end and closes its side: the reader cannot hang.
    private void endOurSide() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // The peer has gone already.
        }
    }

    void throwFailure() throws IOException {
        IOException first = failure;
        if (first != null) {
            throw new IOException(first.getMessage(), first);
        }
    }

    void closeSelector() throws IOException {
        writable.close();
    }
}
