package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// A program that was started, with all it says.
public final class Run {

    /// The limits are those of a quiet machine. No test waits for one of them to pass.
    private static final int BUSY = 3;

    private final Process process;
    private final Lines stdout = new Lines();
    private final Lines stderr = new Lines();
    private final List<Thread> readers = new ArrayList<>();

    /// How it ended.
    public record Ended(int code, String stdout, String stderr) {}

    private Run(Process process) {
        this.process = process;
        readers.add(stdout.readFrom(process.getInputStream()));
        readers.add(stderr.readFrom(process.getErrorStream()));
    }

    /// @param environment the whole of it
    public static Run start(List<String> argv, Map<String, String> environment) {
        Run run = startWithInput(argv, environment);
        try {
            run.process.getOutputStream().close();
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is typed goes to its standard input.
    public static Run startWithInput(List<String> argv, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new Run(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void type(char key) throws IOException {
        process.getOutputStream().write(key);
        process.getOutputStream().flush();
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    public String said() {
        return stdout.text() + stderr.text();
    }

    /// Waits until it says that on stderr, and fails when it ends before.
    public void await(String text, int seconds) {
        assertThat(stderr.await(text, seconds)).as("says '%s'; it said: %s", text, said()).isTrue();
    }

    /// How much it has said on stderr so far.
    public int mark() {
        return stderr.text().length();
    }

    /// Whether it has said that on stderr after the mark.
    public boolean saidAfter(int mark, String text) {
        return stderr.text().indexOf(text, mark) >= 0;
    }

    /// By number or name, as kill(1) takes it.
    public void signal(String signal) {
        kill(signal, List.of(process.pid()));
    }

    public static void kill(String signal, Iterable<Long> pids) {
        List<String> argv = new ArrayList<>(List.of("/bin/kill", "-" + signal));
        pids.forEach(pid -> argv.add(String.valueOf(pid)));
        try {
            // A process of the list may have ended: that is no failure here.
            new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Ended end() {
        return end(90);
    }

    public Ended end(int seconds) {
        try {
            assertThat(process.waitFor((long) BUSY * seconds, TimeUnit.SECONDS))
                    .as("ends; it said: %s", said())
                    .isTrue();
            for (Thread reader : readers) {
                reader.join(TimeUnit.SECONDS.toMillis(5));
            }
            return new Ended(process.exitValue(), stdout.text(), stderr.text());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lets it run that long, or shorter when it ends.
    public void leave(Duration time) {
        try {
            boolean _ = process.waitFor(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Ended stop() {
        signal("TERM");
        return end();
    }

    public List<Long> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /// Everything at once, as when a container is killed: first nobody moves any more, so that
    /// nobody can start another meanwhile.
    public void kill() {
        if (!process.isAlive()) {
            // Its id may be another process's by now.
            return;
        }
        Set<ProcessHandle> all = new LinkedHashSet<>();
        boolean grown = true;
        while (grown) {
            grown = all.add(process.toHandle());
            for (ProcessHandle each : List.copyOf(all)) {
                grown |= all.addAll(each.descendants().toList());
            }
            kill("STOP", all.stream().map(ProcessHandle::pid).toList());
        }
        kill("KILL", all.stream().map(ProcessHandle::pid).toList());
        all.forEach(each -> each.onExit().join());
    }

    /// What a stream brought, line by line.
    private static final class Lines {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition more = lock.newCondition();
        private final StringBuilder text = new StringBuilder();
        private boolean ended;

        Thread readFrom(InputStream stream) {
            return Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        try (BufferedReader reader =
                                new BufferedReader(
                                        new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                            String line = reader.readLine();
                            while (line != null) {
                                add(line + "\n");
                                line = reader.readLine();
                            }
                        } catch (IOException e) {
                            add("cannot read what it says: " + e + "\n");
                        } finally {
                            end();
                        }
                    });
        }

        private void add(String line) {
            lock.lock();
            try {
                text.append(line);
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void end() {
            lock.lock();
            try {
                ended = true;
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }

        boolean await(String wanted, int seconds) {
            lock.lock();
            try {
                long left = TimeUnit.SECONDS.toNanos((long) BUSY * seconds);
                while (text.indexOf(wanted) < 0 && !ended && left > 0) {
                    left = more.awaitNanos(left);
                }
                return text.indexOf(wanted) >= 0;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                lock.unlock();
            }
        }

        String text() {
            lock.lock();
            try {
                return text.toString();
            } finally {
                lock.unlock();
            }
        }
    }
}
