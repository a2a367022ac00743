package io.pgentrypoint.execute;

import io.pgentrypoint.connect.NotReadyServer;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.PeerReader;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until another node says something else than before, and tells the others meanwhile what
/// this node is.
final class NodesWait {

    private static final Logger LOG = LoggerFactory.getLogger(NodesWait.class);
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private NodesWait() {}

    static void await(Follow.AwaitNodes step, StopRequest stop, Progress progress) {
        long start = System.nanoTime();
        progress.detail(step.detail());
        PeerReader reader = new PeerReader(step.ownPort(), ATTEMPT, Optional.empty());
        try (var _ = open(step)) {
            while (true) {
                stop.throwIfRequested();
                List<String> now =
                        stop.orStop(() -> reader.ask(step.auto().nodes().asked())).stream()
                                .map(Peer::describe)
                                .toList();
                progress.askedAgain();
                if (!step.seen().containsAll(now)) {
                    List<String> news = new ArrayList<>(now);
                    news.removeAll(step.seen());
                    news.forEach(line -> LOG.info("{}", line));
                    return;
                }
                Duration waited = Duration.ofNanos(System.nanoTime() - start);
                Optional<Duration> left = step.atMost().map(time -> time.minus(waited));
                if (left.filter(time -> !time.isPositive()).isPresent()) {
                    return;
                }
                stop.pause(left.filter(time -> time.compareTo(PAUSE) < 0).orElse(PAUSE));
            }
        }
    }

    /// Without it the others find a silent node.
    private static @Nullable NotReadyServer open(Follow.AwaitNodes step) {
        try {
            return NotReadyServer.open(step.ownPort(), step.answer(), step.detail());
        } catch (IOException e) {
            LOG.warn(
                    "Cannot listen on port {} (PGPORT): {}; the other nodes cannot learn that this one waits",
                    step.ownPort(),
                    e.getMessage());
            return null;
        }
    }
}
