package io.pgentrypoint.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.function.IntSupplier;

/// What the server sends. It reads first and waits only when nothing is there.
final class UnixInput extends InputStream {

    // NIO copies through a direct buffer as large as the request, and keeps one a thread.
    static final int PIECE = 64 * 1024;

    private final SocketChannel channel;
    private final UnixOutput output;
    private final IntSupplier timeout;
    private final Readiness readable;

    UnixInput(SocketChannel channel, UnixOutput output, IntSupplier timeout) {
        this.channel = channel;
        this.output = output;
        this.timeout = timeout;
        this.readable = new Readiness(channel, SelectionKey.OP_READ);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        ByteBuffer piece = ByteBuffer.wrap(bytes, offset, Math.min(length, PIECE));
        while (true) {
            int count = receive(piece);
            if (count < 0) {
                output.throwFailure();
                return -1;
            }
            if (count > 0) {
                return count;
            }
            readable.await(timeout.getAsInt());
        }
    }

    private int receive(ByteBuffer piece) throws IOException {
        try {
            return channel.read(piece);
        } catch (ClosedChannelException e) {
            throw Readiness.closed();
        } catch (IOException e) {
            // The end of the story that began with the failed write.
            output.throwFailure();
            throw e;
        }
    }

    void closeSelector() throws IOException {
        readable.close();
    }
}
