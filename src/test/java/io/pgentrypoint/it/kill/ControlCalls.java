package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

/// The same of an order to a node that serves. Whichever threads carry it out, each such call of
/// PID 1 stops it, and until the one that is meant it is let go again; what the start before it has
/// changed is not counted.
final class ControlCalls {

    private static final Duration POLL = Duration.ofMillis(5);

    private ControlCalls() {}

    /// The n-th call after the order was given.
    record Point(int number, String call, String line) {
        @Override
        public String toString() {
            return "write " + number + " of the order (" + call + " " + line + ")";
        }
    }

    /// Every one of them, in a run that is left alone.
    static List<Point> of(ProcessNode node, String order) {
        Path trace = node.home.resolve("trace");
        Run run = node.under(WriteCalls.strace(trace, "trace=" + WriteCalls.CALLS));
        node.served(run);
        int before = calls(trace).size();
        Run.Ended told = node.call(order);
        assertThat(told.code()).as(told.stdout() + told.stderr()).isZero();
        List<Matcher> calls = calls(trace);
        run.kill();
        return IntStream.range(before, calls.size())
                .mapToObj(i ->
                        new Point(i - before + 1, calls.get(i).group(2), calls.get(i).group(3)))
                .toList();
    }

    /// Kills it right after that call, with all that it has started.
    static void kill(ProcessNode node, Point point, String order) {
        Path trace = node.home.resolve("trace");
        String injection = "inject=" + WriteCalls.CALLS + ":signal=STOP";
        Run run = node.under(WriteCalls.strace(trace, "trace=" + WriteCalls.CALLS, injection));
        AtomicInteger last = new AtomicInteger(Integer.MAX_VALUE);
        Thread letting = Thread.ofPlatform().daemon().start(() -> letGo(run, trace, last));
        node.served(run);
        int before = calls(trace).size();
        last.set(before + point.number());
        Run told = node.start(order);
        await(letting);
        List<Matcher> calls = calls(trace);
        assertThat(calls).as("until %s: %s%s", point, run.said(), told.said()).hasSize(last.get());
        assertThat(calls.getLast().group(2)).isEqualTo(point.call());
        run.kill();
    }

    /// Until that many have been, at the last of which it stays.
    private static void letGo(Run run, Path trace, AtomicInteger last) {
        int gone = 0;
        while (run.alive()) {
            int stops = stops(trace);
            if (stops >= last.get()) {
                return;
            }
            if (stops > gone) {
                gone = stops;
                Run.kill("CONT", run.family());
            }
            run.leave(POLL);
        }
    }

    private static void await(Thread letting) {
        try {
            assertThat(letting.join(Duration.ofSeconds(60))).as("it comes so far").isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Matcher> calls(Path trace) {
        return WriteCalls.lines(trace).stream()
                .map(WriteCalls.LINE::matcher)
                .filter(Matcher::matches)
                .toList();
    }

    /// One for each call, said when it has ended.
    private static int stops(Path trace) {
        return (int)
                WriteCalls.lines(trace).stream()
                        .filter(line -> line.contains("--- SIGSTOP {"))
                        .count();
    }
}
