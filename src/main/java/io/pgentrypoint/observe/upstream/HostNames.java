package io.pgentrypoint.observe.upstream;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Resolves names within a time: the resolver of the C library has no limit that a caller can set,
/// and its default with an unreachable DNS server is tens of seconds.
final class HostNames {

    /// The resolver of the platform, or another.
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final Resolver resolver;

    HostNames(Resolver resolver) {
        this.resolver = resolver;
    }

    List<InetAddress> resolve(String host, Duration timeout)
            throws UnknownHostException, SocketTimeoutException {
        FutureTask<InetAddress[]> answer = new FutureTask<>(() -> resolver.addressesOf(host));
        // A platform thread: the native call would occupy the carrier of a virtual one, and there
        // may be a single carrier.
        Thread.ofPlatform().daemon().name("resolver").start(answer);
        try {
            return Arrays.asList(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("the resolver does not answer for " + host);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException("the resolver failed for " + host, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while resolving " + host, e);
        }
    }

    /// Whether it can only be an address of this node.
    static boolean isOurs(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
