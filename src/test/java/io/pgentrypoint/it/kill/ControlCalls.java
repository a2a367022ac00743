package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;

/// The same of an order to a node that serves. Whichever threads carry it out, each such call of
/// PID 1 stops it, and until the one that is meant it is let go again. What the node writes beside
/// the order, such as the version of its C library, comes at any time: calls are told apart by what
/// they change, not by their place in the trace.
final class ControlCalls {

    private static final Duration POLL = Duration.ofMillis(5);

    private ControlCalls() {}

    /// @param call with the file that it changes
    /// @param number the how manieth of its kind after the order was given
    record Point(String call, int number) {
        @Override
        public String toString() {
            return call + ", number " + number + " of the order";
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
        List<String> calls = calls(trace);
        run.kill();
        Map<String, Integer> numbers = new TreeMap<>();
        return calls.subList(before, calls.size()).stream()
                .map(call -> new Point(call, numbers.merge(call, 1, Integer::sum)))
                .toList();
    }

    /// Kills it right after that call, with all that it has started.
    static void kill(ProcessNode node, Point point, String order) {
        Path trace = node.home.resolve("trace");
        String injection = "inject=" + WriteCalls.CALLS + ":signal=STOP";
        Run run = node.under(WriteCalls.strace(trace, "trace=" + WriteCalls.CALLS, injection));
        AtomicInteger before = new AtomicInteger(Integer.MAX_VALUE);
        Thread letting = Thread.ofPlatform().daemon().start(() -> letGo(run, trace, point, before));
        node.served(run);
        before.set(calls(trace).size());
        Run told = node.start(order);
        await(letting);
        assertThat(number(point, calls(trace), before.get()))
                .as("came to %s: %s%s", point, run.said(), told.said())
                .isEqualTo(point.number());
        run.kill();
    }

    /// Until that call, at which it stays.
    private static void letGo(Run run, Path trace, Point point, AtomicInteger before) {
        int gone = 0;
        while (run.alive()) {
            int stops = stops(trace);
            List<String> calls = calls(trace);
            // All that were begun have ended, so that it stands still.
            if (stops >= calls.size() && number(point, calls, before.get()) >= point.number()) {
                return;
            }
            if (stops > gone) {
                gone = stops;
                Run.kill("CONT", run.family());
            }
            run.leave(POLL);
        }
    }

    private static int number(Point point, List<String> calls, int before) {
        return before > calls.size()
                ? 0
                : Collections.frequency(calls.subList(before, calls.size()), point.call());
    }

    private static void await(Thread letting) {
        try {
            assertThat(letting.join(Duration.ofSeconds(60))).as("it comes so far").isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> calls(Path trace) {
        return WriteCalls.lines(trace).stream()
                .map(WriteCalls.LINE::matcher)
                .filter(Matcher::matches)
                .map(call -> call.group(2) + " " + changed(call.group(3)))
                .toList();
    }

    /// Without the number of the descriptor and the random name of the volume.
    private static String changed(String arguments) {
        return arguments
                .replaceFirst("( <unfinished |\\) = ).*", "")
                .replaceFirst("^\\d+<", "<")
                .replaceAll("/pe\\d+/", "/pe/");
    }

    /// One for each call, said when it has ended.
    private static int stops(Path trace) {
        return (int)
                WriteCalls.lines(trace).stream()
                        .filter(line -> line.contains("--- SIGSTOP {"))
                        .count();
    }
}
