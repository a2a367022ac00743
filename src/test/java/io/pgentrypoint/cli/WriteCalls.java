package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The system calls by which the entrypoint changes a volume, as strace sees them, and a kill at
/// each of them: the kernel kills at the entry of the call, so what came before it happened and the
/// call did not. With the entrypoint its whole PID namespace ends, as with a container.
final class WriteCalls {

    private static final String CALLS =
            "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,"
                    + "fsync,fdatasync,chmod,fchmod,fchmodat";
    private static final Pattern LINE = Pattern.compile("(\\d+) +([a-z0-9]+)\\((.*)");

    private WriteCalls() {}

    /// The n-th call of that name by the thread that does the steps.
    record Point(String call, int number, String line) {
        @Override
        public String toString() {
            return call + " number " + number + " (" + line + ")";
        }
    }

    /// Every one of them, in a run that is left alone.
    static List<Point> of(Node node, String... arguments) throws IOException {
        Path trace = node.home.resolve("trace");
        Run.Ended ended =
                node.under(
                                List.of(
                                        "strace",
                                        "-f",
                                        "-qq",
                                        "--seccomp-bpf",
                                        "-s",
                                        "200",
                                        "-e",
                                        "signal=none",
                                        "-e",
                                        "trace=" + CALLS,
                                        "-o",
                                        trace.toString()),
                                arguments)
                        .end();
        assertThat(ended.code()).as(ended.stderr()).isZero();
        return points(Files.readAllLines(trace, StandardCharsets.UTF_8));
    }

    /// strace counts for each thread by itself. Ours is the one that writes the journal; what other
    /// programs do, initdb and the servers, is killed at random instants elsewhere.
    private static List<Point> points(List<String> lines) {
        String thread =
                lines.stream()
                        .map(LINE::matcher)
                        .filter(Matcher::matches)
                        .filter(line -> line.group(3).contains("pgsql_tmp_entrypoint/"))
                        .map(line -> line.group(1))
                        .findFirst()
                        .orElseThrow();
        Map<String, Integer> counts = new TreeMap<>();
        List<Point> points = new ArrayList<>();
        for (String line : lines) {
            Matcher call = LINE.matcher(line);
            if (call.matches() && call.group(1).equals(thread)) {
                int number = counts.merge(call.group(2), 1, Integer::sum);
                points.add(new Point(call.group(2), number, call.group(3)));
            }
        }
        return points;
    }

    /// Runs it until it is killed there. A child may come to its own n-th call first and be killed
    /// instead: then the entrypoint says so and ends.
    // Without --seccomp-bpf: strace 6.1 injects nothing then.
    static Run.Ended kill(Node node, Point point, String... arguments) {
        Run.Ended ended =
                node.under(
                                List.of(
                                        "unshare",
                                        "--pid",
                                        "--fork",
                                        "--kill-child=KILL",
                                        "--mount-proc",
                                        "strace",
                                        "-f",
                                        "-qq",
                                        "-e",
                                        "signal=none",
                                        "-e",
                                        "trace=" + point.call(),
                                        "-e",
                                        "inject="
                                                + point.call()
                                                + ":signal=KILL:when="
                                                + point.number(),
                                        "-o",
                                        "/dev/null"),
                                arguments)
                        .end();
        assertThat(ended.code()).as("killed at %s: %s", point, ended.stderr()).isNotZero();
        return ended;
    }

    /// A sample of them in the order of time, the same for one seed; all with `-Dkill.points=0`.
    static List<Point> sample(List<Point> points, java.util.Random random) {
        int wanted = Integer.getInteger("kill.points", 5);
        if (wanted == 0 || wanted >= points.size()) {
            return points;
        }
        List<Point> sample = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            // One of each stretch, so that the beginning and the end are both tried.
            int from = points.size() * i / wanted;
            int to = points.size() * (i + 1) / wanted;
            sample.add(points.get(from + random.nextInt(to - from)));
        }
        return sample;
    }

    /// A tool of the test, which the test script installs.
    static Optional<String> missing() {
        try {
            return new ProcessBuilder("strace", "-V").start().waitFor() == 0
                    ? Optional.empty()
                    : Optional.of("strace does not work");
        } catch (IOException e) {
            return Optional.of("strace is missing: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
