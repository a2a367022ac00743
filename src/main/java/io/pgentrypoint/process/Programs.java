package io.pgentrypoint.process;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Starts programs, and ends them when a stop is requested.
///
/// With `ProcessBuilder`, not a posix_spawn of our own: the JDK's is proven and gives the child an
/// empty signal mask, default handlers and no descriptor but 0 to 2. The price is that the JDK
/// waits for its children itself, so [Orphans] has to peek before it reaps.
public final class Programs {

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration LAST_OUTPUT = Duration.ofMillis(500);
    private static final Duration ALL_OUTPUT = Duration.ofMinutes(1);

    /// A stop that reaches a whole process group, as Ctrl-C on a terminal does, may end a program a
    /// moment before we hear of it ourselves.
    private static final Duration STOP_ON_ITS_WAY = Duration.ofMillis(100);

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
        Process process = start(command, builder);
        Tail stdout = new Tail(eachLine);
        Tail stderr = new Tail(eachErrorLine);
        Thread outReader = read(command, process.getInputStream(), stdout);
        Thread errReader = read(command, process.getErrorStream(), stderr);
        awaitEndOrStop(process);
        if (process.isAlive()) {
            end(process);
            stop.throwIfRequested();
        }
        // A descendant that lives on may hold the pipes open: what it will say is not waited for.
        join(outReader, lastOutput);
        join(errReader, lastOutput);
        if (process.exitValue() != 0) {
            stop.pause(STOP_ON_ITS_WAY);
        }
        return new Outcome(process.exitValue(), stdout.text(), stderr.text());
    }

    /// Runs it to its end with our stdin, and hands its output on as that of [#start]. Throws
    /// [Stopped] as [#run] does.
    ///
    /// @return its exit code, 128+n when signal n ended it
    public int attend(Command command) {
        stop.throwIfRequested();
        ProcessBuilder builder = builder(command).inheritIO();
        List<Thread> readers = new ArrayList<>();
        Process process;
        if (relay == null) {
            process = start(command, builder);
        } else {
            builder.redirectOutput(Redirect.PIPE).redirectError(Redirect.PIPE);
            process = start(command, builder);
            readers.add(relay.stdout(process.getInputStream()));
            readers.add(relay.stderr(process.getErrorStream()));
        }
        awaitEndOrStop(process);
        if (process.isAlive()) {
            end(process);
            stop.throwIfRequested();
        }
        readers.forEach(reader -> join(reader, LAST_OUTPUT));
        if (process.exitValue() != 0) {
            stop.pause(STOP_ON_ITS_WAY);
        }
        return process.exitValue();
    }

    /// [StopRequest#orStop] with the request of these programs.
    public <T> T orStop(Supplier<T> work) {
        return stop.orStop(work);
    }

    /// Starts a program that lives beside us, with our stdin; what it says goes to our stdout and
    /// stderr, through the relay where there is one.
    public Child start(Command command) {
        ProcessBuilder builder = builder(command).inheritIO();
        if (relay == null) {
            return new Child(start(command, builder), () -> {});
        }
        Process process =
                start(command, builder.redirectOutput(Redirect.PIPE).redirectError(Redirect.PIPE));
        Thread out = relay.stdout(process.getInputStream());
        Thread err = relay.stderr(process.getErrorStream());
        return new Child(
                process,
                () -> {
                    join(out, LAST_OUTPUT);
                    join(err, LAST_OUTPUT);
                });
    }

    /// The same, and all that it says goes to our stdout.
    public Child startOnStdout(Command command) {
        ProcessBuilder builder = builder(command).inheritIO().redirectErrorStream(true);
        if (relay == null) {
            return new Child(start(command, builder), () -> {});
        }
        Process process = start(command, builder.redirectOutput(Redirect.PIPE));
        Thread out = relay.stdout(process.getInputStream());
        return new Child(process, () -> join(out, LAST_OUTPUT));
    }

    private void awaitEndOrStop(Process process) {
        CompletableFuture<Boolean> wake = new CompletableFuture<>();
        Runnable onStop = () -> wake.complete(true);
        CompletableFuture<Void> _ = process.onExit().thenRun(() -> wake.complete(false));
        stop.onRequest(onStop);
        try {
            wake.join();
        } finally {
            stop.forget(onStop);
        }
    }

    private static void end(Process process) {
        // Taken before TERM: what the program leaves behind is no descendant of it afterwards.
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        process.destroy();
        await(process.toHandle(), GRACE);
        process.descendants().forEach(family::add);
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        // A descendant may still be in a write, and its directory is about to be removed.
        family.forEach(each -> await(each, GRACE));
    }

    private static void await(ProcessHandle process, Duration longest) {
        var _ =
                process.onExit()
                        .thenApply(_ -> true)
                        .completeOnTimeout(false, longest.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
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
        Withheld.from(environment.keySet(), wanted.keySet());
        environment.keySet().retainAll(wanted.keySet());
        wanted.forEach((name, value) -> {
            if (!value.equals(environment.get(name))) {
                environment.put(name, value);
            }
        });
        return builder;
    }

    private static Process start(Command command, ProcessBuilder builder) {
        try {
            return Orphans.start(builder);
        } catch (IOException e) {
            throw new Refusal(
                    ExitCode.NOT_EXECUTABLE,
                    "cannot run " + command.title() + ": " + e.getMessage(),
                    "check that this file is a program for this machine and that its user may run it",
                    e);
        }
    }

    /// For a platform without native calls; the shell has the call built in.
    static void kill(long pid, Signal signal) {
        try {
            Process _ =
                    Orphans.start(
                            new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid));
        } catch (IOException e) {
            throw new Refusal(
                    ExitCode.NOT_EXECUTABLE,
                    "cannot send " + signal + " to process " + pid + ": " + e.getMessage(),
                    "run it on Linux with glibc on x86-64 or aarch64, or provide /bin/sh",
                    e);
        }
    }

    private static Thread read(Command command, InputStream stream, Tail tail) {
        return Thread.ofPlatform()
                .daemon()
                .name("output of " + command.title())
                .start(() -> {
                    try (InputStream in = new BufferedInputStream(stream)) {
                        tail.readFrom(in);
                    } catch (IOException e) {
                        // The JDK closes the stream when the program has ended.
                    }
                });
    }

    private static void join(Thread reader, Duration longest) {
        try {
            boolean _ = reader.join(longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
