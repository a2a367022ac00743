package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A [Probe] that was started, in a VM of its own.
final class ProbeRun implements AutoCloseable {

    private static final String MASK = "--block-signal=HUP,INT,QUIT,USR1,USR2,TERM,CHLD";
    private static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");
    private static final List<String> NEW_NAMESPACE =
            List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    private final Process process;
    private final BufferedReader output;
    private final boolean isPidOne;

    private ProbeRun(List<String> argv, Map<String, String> environment, boolean isPidOne)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.output = process.inputReader(StandardCharsets.ISO_8859_1);
        this.isPidOne = isPidOne;
    }

    /// As in the image: PID 1, and nothing gets through before we look.
    static ProbeRun masked(String... arguments) throws IOException {
        return masked(Map.of("_JAVA_SR_SIGNUM", "50"), arguments);
    }

    /// With less set up for the VM than the image does.
    static ProbeRun maskedAlone(String... arguments) throws IOException {
        return masked(Map.of(), arguments);
    }

    private static ProbeRun masked(Map<String, String> environment, String... arguments)
            throws IOException {
        requireRoot();
        List<String> argv = new ArrayList<>(List.of("env", MASK));
        argv.addAll(NEW_NAMESPACE);
        argv.addAll(java(List.of("-Xrs", NATIVE.getFirst()), arguments));
        return new ProbeRun(argv, environment, true);
    }

    /// PID 1 by `java -jar`.
    static ProbeRun unmasked(String... arguments) throws IOException {
        requireRoot();
        List<String> argv = new ArrayList<>(NEW_NAMESPACE);
        argv.addAll(java(NATIVE, arguments));
        return new ProbeRun(argv, Map.of(), true);
    }

    /// On a laptop, behind a program such as setpriv or nothing.
    static ProbeRun plain(List<String> prefix, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> argv = new ArrayList<>(prefix);
        argv.addAll(java(NATIVE, arguments));
        return new ProbeRun(argv, environment, false);
    }

    /// Where native calls are not to be had.
    static ProbeRun withoutNativeCalls(String... arguments) throws IOException {
        return new ProbeRun(
                java(List.of("--illegal-native-access=deny"), arguments), Map.of(), false);
    }

    static void requireRoot() {
        if (Identity.current().isRoot()) {
            return;
        }
        String message = "NOT TESTED: a PID namespace and a change of the user need root";
        assertThat(System.getenv("CI")).as(message).isNull();
        Assumptions.abort(message);
    }

    private static List<String> java(List<String> flags, String... arguments) {
        List<String> argv = new ArrayList<>();
        argv.add(ProcessHandle.current().info().command().orElseThrow());
        argv.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
        // Two of them that are PID 1 would share a file in /tmp, and say so.
        argv.add("-XX:-UsePerfData");
        argv.addAll(flags);
        argv.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
        argv.addAll(List.of(arguments));
        return argv;
    }

    String line() throws IOException {
        String line = output.readLine();
        return line == null ? "end of output" : line;
    }

    List<String> rest() {
        return output.lines().toList();
    }

    /// From outside its namespace, as an engine sends them.
    void send(Signal signal) throws IOException {
        long pid = isPidOne ? firstChild() : process.pid();
        assertThat(Posix.kill(pid, signal.number())).isZero();
    }

    private long firstChild() {
        while (process.isAlive()) {
            var child = process.children().findFirst();
            if (child.isPresent()) {
                return child.get().pid();
            }
            Thread.onSpinWait();
        }
        throw new IllegalStateException("ended before it had a child: " + rest());
    }

    int exitCode() {
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("has ended").isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            output.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
