package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/// The system calls by which the entrypoint changes a volume, as strace sees them, and a kill after
/// each of them. What other programs do, initdb and the servers, is killed at random instants.
final class WriteCalls {

    static final String CALLS =
            "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,"
                    + "fsync,fdatasync,chmod,fchmod,fchmodat,chown,lchown,fchownat";
    static final Pattern LINE = Pattern.compile("(\\d+) +([a-z0-9]+)\\((.*)");

    private WriteCalls() {}

    /// The n-th call of that name by the thread that does the steps.
    record Point(String call, int number, String line) {
        @Override
        public String toString() {
            return call + " number " + number + " (" + line + ")";
        }
    }

    /// Every one of them, in a run that is left alone.
    static List<Point> of(ProcessNode node, String... arguments) {
        Path trace = node.home.resolve("trace");
        Run.Ended ended = node.under(strace(trace, "trace=" + CALLS), arguments).end();
        assertThat(ended.code()).as(ended.stderr()).isZero();
        return points(lines(trace));
    }

    /// As far as it is written.
    static List<String> lines(Path trace) {
        try {
            return Files.exists(trace)
                    ? Files.readAllLines(trace, StandardCharsets.UTF_8)
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Children are let go when they become another program: strace counts for each thread, so that
    /// one of pg_basebackup would come to its n-th call first.
    static List<String> strace(Path trace, String... expressions) {
        requireStrace();
        List<String> argv =
                new ArrayList<>(List.of("strace", "-f", "-qq", "-y", "--detach-on=execve"));
        // It stays root: PID 1 lets nobody of its own user look into it.
        if (ProcessNode.isRoot()) {
            argv.addAll(List.of("-u", "postgres"));
        }
        for (String expression : expressions) {
            argv.addAll(List.of("-e", expression));
        }
        argv.addAll(List.of("-e", "signal=STOP", "-s", "200", "-o", trace.toString()));
        return argv;
    }

    /// The steps are done by one thread, and no other changes nearly as much.
    private static List<Point> points(List<String> lines) {
        List<Matcher> calls = lines.stream().map(LINE::matcher).filter(Matcher::matches).toList();
        String thread =
                calls.stream()
                        .collect(
                                Collectors.groupingBy(call -> call.group(1), Collectors.counting()))
                        .entrySet()
                        .stream()
                        .max(Comparator.comparingLong(Map.Entry::getValue))
                        .orElseThrow()
                        .getKey();
        Map<String, Integer> counts = new TreeMap<>();
        List<Point> points = new ArrayList<>();
        for (Matcher call : calls) {
            if (call.group(1).equals(thread)) {
                int number = counts.merge(call.group(2), 1, Integer::sum);
                points.add(new Point(call.group(2), number, call.group(3)));
            }
        }
        return points;
    }

    /// Runs it until that call is done, and kills it there with all that it has started. It is
    /// stopped first: a kill by strace would let its children live.
    static void kill(ProcessNode node, Point point, String... arguments) {
        Path trace = node.home.resolve("trace");
        String injection = "inject=" + point.call() + ":signal=STOP:when=" + point.number();
        Run run = node.under(strace(trace, "trace=" + point.call(), injection), arguments);
        while (run.alive() && !hasStopped(trace)) {
            run.leave(Duration.ofMillis(10));
        }
        assertThat(hasStopped(trace)).as("came to %s: %s", point, run.said()).isTrue();
        run.kill();
    }

    private static boolean hasStopped(Path trace) {
        return lines(trace).stream().anyMatch(line -> line.contains("stopped by SIGSTOP"));
    }

    /// A tool of the test, which the test script installs.
    private static void requireStrace() {
        try {
            if (new ProcessBuilder("strace", "-V")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0) {
                return;
            }
            throw new IOException("it does not work");
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw new AssertionError("this test needs strace", e);
            }
            throw new TestAbortedException("not run: needs strace: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
