package io.pgentrypoint.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Starts programs, and ends them when a stop is requested.
///
/// With `ProcessBuilder`, not a posix_spawn of our own: the JDK's is proven and gives the child an
/// empty signal mask, default handlers and no descriptor but 0 to 2. The price is that the JDK
/// waits for its children itself, so [Orphans] has to peek before it reaps.
public final class Programs {

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final long POLL_NANOS = 2_000_000;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_OUTPUT = Duration.ofMillis(500);
    private static final Duration ALL_OUTPUT = Duration.ofMinutes(1);

    /// A stop that reaches a whole process group, as Ctrl-C on a terminal does, may end a program a
    /// moment before we hear of it ourselves.
    private static final Duration STOP_ON_ITS_WAY = Duration.ofMillis(100);

    /// EAGAIN of fork(2), as the JDK words it.
    private static final Pattern NO_PROCESS = Pattern.compile("error[=:] ?11\\b");

    private final StopRequest stop;
    private final @Nullable Relay relay;

    /// Commands that belong to a stop, such as looking at the control file afterwards, need one of
    /// their own with a request that nobody raises.
    public Programs(StopRequest stop) {
        this.stop = stop;
        this.relay = null;
    }

    /// @param relay where the output of what lives beside us goes
    public Programs(StopRequest stop, Relay relay) {
        this.stop = stop;
        this.relay = relay;
    }

    /// Runs it to its end with nothing on stdin. Throws [Stopped] when a stop is requested before
    /// or meanwhile; by then neither it nor a descendant of it runs any more.
    public Outcome run(Command command) {
        return run(command, _ -> {});
    }

    /// The same, and hands on each line of stderr as it comes, on a thread of its own.
    public Outcome run(Command command, Consumer<String> eachErrorLine) {
        return run(command, _ -> {}, eachErrorLine, LAST_OUTPUT);
    }

    /// For a program whose every line counts, and whose output may be more than an [Outcome] keeps:
    /// hands on each line of stdout, and returns when the last one was.
    public Outcome read(Command command, Consumer<String> eachLine) {
        return run(command, eachLine, _ -> {}, ALL_OUTPUT);
    }

    private Outcome run(
            Command command,
            Consumer<String> eachLine,
            Consumer<String> eachErrorLine,
            Duration lastOutput) {
        stop.throwIfRequested();
        ProcessBuilder builder = builder(command).redirectInput(Flock.emptyStdin());
        Tail stdout = new Tail(eachLine);
        Tail stderr = new Tail(eachErrorLine);
        Running running =
                start(
                        command,
                        builder,
                        reader("output of " + command.title(), stdout::readFrom),
                        reader("errors of " + command.title(), stderr::readFrom));
        awaitEnd(running, lastOutput);
        return new Outcome(running.process().exitValue(), stdout.text(), stderr.text());
    }

    private void awaitEnd(Running running, Duration lastOutput) {
        Process process = running.process();
        awaitEndOrStop(process);
        if (process.isAlive()) {
            end(process);
            stop.throwIfRequested();
        }
        // A descendant that lives on may hold the pipes open: what it will say is not waited for.
        running.awaitOutput(lastOutput);
        if (process.exitValue() != 0) {
            stop.pause(STOP_ON_ITS_WAY);
        }
    }

    /// Runs it to its end with our stdin, and hands its output on as that of [#start]. Throws
    /// [Stopped] as [#run] does.
    ///
    /// @return its exit code, 128+n when signal n ended it
    public int attend(Command command) {
        stop.throwIfRequested();
        Running running = startRelayed(command, builder(command));
        awaitEnd(running, LAST_OUTPUT);
        return running.process().exitValue();
    }

    /// [StopRequest#orStop] with the request of these programs.
    public <T> T orStop(Supplier<T> work) {
        return stop.orStop(work);
    }

    /// Starts a program that lives beside us, with our stdin; what it says goes to our stdout and
    /// stderr, through the relay where there is one.
    public Child start(Command command) {
        Running running = startRelayed(command, Terminal.outOfReach(builder(command)));
        return new Child(running.process(), () -> running.awaitOutput(LAST_OUTPUT));
    }

    /// The same, and all that it says goes to our stdout.
    public Child startOnStdout(Command command) {
        ProcessBuilder builder = builder(command).inheritIO().redirectErrorStream(true);
        Running running =
                relay == null
                        ? start(command, builder)
                        : start(
                                command,
                                builder.redirectOutput(Redirect.PIPE),
                                reader("stdout", relay::stdout));
        return new Child(running.process(), () -> running.awaitOutput(LAST_OUTPUT));
    }

    private Running startRelayed(Command command, ProcessBuilder own) {
        ProcessBuilder builder = own.inheritIO();
        return relay == null
                ? start(command, builder)
                : start(
                        command,
                        builder.redirectOutput(Redirect.PIPE).redirectError(Redirect.PIPE),
                        reader("stdout", relay::stdout),
                        reader("stderr", relay::stderr));
    }

    /// @param readers of its stdout and its stderr, made before it
    private record Running(Process process, List<OutputReader> readers) {
        void awaitOutput(Duration longest) {
            readers.forEach(reader -> reader.join(longest));
        }
    }

    private OutputReader reader(String name, OutputReader.Work work) {
        return new OutputReader(name, stop, work);
    }

    private static Running start(
            Command command, ProcessBuilder builder, OutputReader... outputReaders) {
        List<OutputReader> readers = List.of(outputReaders);
        try {
            Process process = process(command, builder);
            List<InputStream> streams = List.of(process.getInputStream(), process.getErrorStream());
            for (int i = 0; i < readers.size(); i++) {
                readers.get(i).begin(streams.get(i));
            }
            return new Running(process, readers);
        } finally {
            readers.forEach(OutputReader::close);
        }
    }

    private void awaitEndOrStop(Process process) {
        CompletableFuture<Boolean> wake = new CompletableFuture<>();
        Runnable onStop = () -> wake.complete(true);
        CompletableFuture<Void> _ = process.onExit().thenRun(() -> wake.complete(false));
        stop.onRequest(onStop);
        try {
            while (!wakes(wake) && process.isAlive()) {
                // The JDK tells of an end by a thread that it may have to make first.
            }
        } finally {
            stop.forget(onStop);
        }
    }

    private static boolean wakes(CompletableFuture<Boolean> wake) {
        try {
            return wake.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            return false;
        }
    }

    private static void end(Process process) {
        // Taken before TERM: what the program leaves behind is no descendant of it afterwards.
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        process.destroy();
        await(process.toHandle());
        process.descendants().forEach(family::add);
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        try {
            int _ = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A descendant may still be in a write, and its directory is about to be removed.
        family.forEach(Programs::await);
    }

    /// For a short time: there is a further step for one that does not end. The JDK would make a
    /// thread for each process, when none may be to be had.
    private static void await(ProcessHandle process) {
        long begun = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - begun < GRACE.toNanos()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static ProcessBuilder builder(Command command) {
        List<String> argv = new ArrayList<>(command.argv());
        argv.set(0, PassThrough.locate(argv.getFirst(), command.environment()).toString());
        ProcessBuilder builder = new ProcessBuilder(argv);
        // An inherited value that stays is left alone and not put again: it keeps its bytes even
        // when
        // the JVM's locale cannot decode them.
        Map<String, String> wanted = Reexec.undone(command.environment());
        Map<String, String> environment = builder.environment();
        WithheldVariables.from(environment.keySet(), wanted.keySet());
        environment.keySet().retainAll(wanted.keySet());
        wanted.forEach((name, value) -> {
            if (!value.equals(environment.get(name))) {
                environment.put(name, value);
            }
        });
        return builder;
    }

    private static Process process(Command command, ProcessBuilder builder) {
        try {
            return Orphans.start(builder);
        } catch (IOException e) {
            if (NO_PROCESS.matcher(String.valueOf(e.getMessage())).find()) {
                throw Refusals.noMoreProcesses("run %s".formatted(command.title()), e);
            }
            throw Refusals.notStarted(command.title(), e);
        }
    }

    /// For a platform without native calls; the shell has the call built in.
    static void kill(long pid, Signal signal) {
        try {
            Process _ =
                    Orphans.start(
                            new ProcessBuilder(
                                    "/bin/sh", "-c", "kill -%s %s".formatted(signal, pid)));
        } catch (IOException e) {
            throw Refusals.noSignal(signal, pid, e);
        }
    }

    /// Reads one output of a program, on a thread that is made before the program: where no thread
    /// can be had, nothing is started that would then wait for a reader for ever.
    private static final class OutputReader implements AutoCloseable {

        /// What is done with the output.
        interface Work {
            void read(InputStream in) throws IOException;
        }

        private final Work work;
        private final CountDownLatch decided = new CountDownLatch(1);
        private final Thread thread;
        private volatile @Nullable InputStream stream;

        OutputReader(String name, StopRequest stop, Work work) {
            this.work = work;
            thread = VitalThread.start(name, stop, this::read);
        }

        private void read() {
            try {
                decided.await();
                InputStream from = stream;
                if (from != null) {
                    try (from) {
                        work.read(from);
                    }
                }
            } catch (IOException e) {
                // The JDK closes the stream when the program has ended.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void begin(InputStream from) {
            stream = from;
            decided.countDown();
        }

        /// Once it has begun it goes on to the end of its stream.
        @Override
        public void close() {
            decided.countDown();
        }

        void join(Duration longest) {
            try {
                boolean _ = thread.join(longest);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
