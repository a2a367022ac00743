package io.pgentrypoint.probe;

import io.pgentrypoint.process.VitalThread;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the sockets of PID 1 on one thread, within fixed bounds: anybody may connect to them, and
/// the heap, the threads and the descriptors belong to the node. Where a bound is reached the
/// oldest connection that nothing is done for gives way to the new one.
public final class Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /// Of all answers that wait for their reader.
    private static final int MOST_UNSENT = 1 << 20;

    private static final int IPV6_NETWORK_BYTES = 8;
    private static final long NO_DESCRIPTOR_NANOS = 20_000_000;

    private final Selector selector;
    private final List<Dialogue> dialogues = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(4096);

    /// One listening socket.
    ///
    /// @param most connections at a time
    /// @param mostOfPeer of them from one address
    private record Door(ServerSocketChannel socket, Protocol protocol, int most, int mostOfPeer) {}

    private Listener(Selector selector) {
        this.selector = selector;
    }

    public static Listener start() {
        try {
            Listener listener = new Listener(Selector.open());
            Thread.ofPlatform().daemon().name("listener").start(listener::serveForEver);
            return listener;
        } catch (IOException e) {
            throw Refusals.noSelector(e);
        }
    }

    void add(ServerSocketChannel socket, Protocol protocol, int most, int mostOfPeer)
            throws IOException {
        socket.configureBlocking(false);
        socket.register(
                selector, SelectionKey.OP_ACCEPT, new Door(socket, protocol, most, mostOfPeer));
        selector.wakeup();
    }

    private void serveForEver() {
        while (true) {
            try {
                serve();
            } catch (IOException | RuntimeException | Error e) {
                // What they hold is given back: somebody may need it more.
                dialogues.forEach(Dialogue::close);
                VitalThread.goOnAfter(e);
            }
        }
    }

    private void serve() throws IOException {
        long wait = millisToDeadline();
        if (wait == 0) {
            selector.selectNow();
        } else {
            selector.select(wait == Long.MAX_VALUE ? 0 : wait);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof Door dependency) {
                accept(dependency);
            } else if (key.attachment() instanceof Dialogue dialogue) {
                each(dialogue, one -> one.goOn(scratch));
            }
        }
        selector.selectedKeys().clear();
        dialogues.forEach(dialogue -> each(dialogue, Dialogue::writeAnswer));
        boundUnsent();
        long now = System.nanoTime();
        dialogues.stream().filter(one -> one.nanosLeft(now) <= 0).forEach(Dialogue::expire);
        dialogues.removeIf(one -> !one.isOpen());
    }

    private long millisToDeadline() {
        long now = System.nanoTime();
        long left =
                dialogues.stream()
                        .mapToLong(one -> one.nanosLeft(now))
                        .min()
                        .orElse(Long.MAX_VALUE);
        return left == Long.MAX_VALUE ? left : Math.max(0, left / 1_000_000 + 1);
    }

    private interface Turn {
        void of(Dialogue dialogue) throws IOException;
    }

    private static void each(Dialogue dialogue, Turn turn) {
        try {
            turn.of(dialogue);
        } catch (IOException | CancelledKeyException e) {
            // The peer has gone.
            dialogue.close();
        }
    }

    private void accept(Door dependency) {
        SocketChannel channel = null;
        try {
            channel = dependency.socket().accept();
            if (channel != null) {
                take(channel, dependency);
            }
        } catch (IOException | RuntimeException | Error e) {
            close(channel);
            boolean _ = giveWay(_ -> true);
            LOG.debug("Cannot take a connection", e);
            // Without descriptors the same connection would be offered again at once, for ever.
            LockSupport.parkNanos(NO_DESCRIPTOR_NANOS);
        }
    }

    private void take(SocketChannel channel, Door dependency) throws IOException {
        Protocol protocol = dependency.protocol();
        if (!protocol.mayAsk(channel)) {
            close(channel);
            return;
        }
        Object peer = peer(channel);
        Predicate<Dialogue> same = one -> one.isOf(protocol, peer);
        Predicate<Dialogue> all = one -> one.isOf(protocol);
        boolean mayStay =
                (count(same) < dependency.mostOfPeer() || giveWay(same))
                        && (count(all) < dependency.most() || giveWay(all));
        if (!mayStay) {
            close(channel);
            return;
        }
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        Dialogue dialogue = new Dialogue(channel, key, protocol, peer, selector::wakeup);
        key.attach(dialogue);
        dialogues.add(dialogue);
    }

    /// One host has a whole network of IPv6 addresses to connect from.
    private static Object peer(SocketChannel channel) throws IOException {
        if (channel.getRemoteAddress() instanceof InetSocketAddress remote) {
            return remote.getAddress() instanceof Inet6Address six
                    ? ByteBuffer.wrap(Arrays.copyOf(six.getAddress(), IPV6_NETWORK_BYTES))
                    : remote.getAddress();
        }
        return "this container";
    }

    private long count(Predicate<Dialogue> which) {
        return dialogues.stream().filter(Dialogue::isOpen).filter(which).count();
    }

    /// They are in the order in which they came.
    private boolean giveWay(Predicate<Dialogue> which) {
        Optional<Dialogue> oldest =
                dialogues.stream()
                        .filter(Dialogue::isOpen)
                        .filter(Dialogue::mayGiveWay)
                        .filter(which)
                        .findFirst();
        oldest.ifPresent(Dialogue::close);
        return oldest.isPresent();
    }

    private void boundUnsent() {
        while (dialogues.stream().mapToInt(Dialogue::unsent).sum() > MOST_UNSENT) {
            boolean _ = giveWay(one -> one.unsent() > 0);
        }
    }

    private static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
