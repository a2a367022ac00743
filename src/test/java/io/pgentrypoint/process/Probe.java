package io.pgentrypoint.process;

import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/// A program of its own, so that tests can see this room work as PID 1. It says what it sees on
/// stdout, one event a line.
public final class Probe {

    private Probe() {}

    public static void main(String[] args) throws Exception {
        List<String> rest = List.of(args).subList(1, args.length);
        try {
            switch (args[0]) {
                case "signals" -> signals();
                case "stop" -> runUntilStopped(rest);
                case "orphans" -> orphans(Integer.parseInt(rest.getFirst()));
                case "exec" -> System.exit(PassThrough.exec(rest, System.getenv()));
                case "stepdown" -> stepDown(rest);
                case "characters" -> characters(rest);
                default -> throw new IllegalArgumentException(args[0]);
            }
        } catch (Refusal refusal) {
            say(refusal.reason() + "; " + refusal.remedy());
            System.exit(refusal.exitCode());
        }
    }

    /// Says each signal, and ends at TERM with its code.
    private static void signals() throws InterruptedException {
        LinkedBlockingQueue<Signal> queue = new LinkedBlockingQueue<>();
        Signals signals = Signals.install(queue::add, new StopRequest());
        say("ready");
        while (true) {
            Signal signal = queue.take();
            say(signal.name());
            if (signal == Signal.TERM) {
                signals.exit(signal.exitCode());
            }
        }
    }

    /// Runs a program that says something on stderr first.
    private static void runUntilStopped(List<String> argv) {
        StopRequest stop = new StopRequest();
        Signals signals = Signals.install(stop::request, stop);
        try {
            Command command = new Command("test", argv, System.getenv());
            signals.exit(new Programs(stop).run(command, Probe::say).code());
        } catch (Stopped stopped) {
            signals.exit(stopped.exitCode());
        }
    }

    /// Makes that many orphans while children of ours end, four times with each of the 256 codes.
    private static void orphans(int many) throws IOException {
        Signals signals = Signals.install(_ -> {}, new StopRequest());
        Child source =
                child(
                        "i=0; while [ $i -lt $0 ]; do (true & exit 2) & i=$((i+1)); done; wait;"
                                + " exit 42",
                        many);
        List<String> wrong = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            List<Child> children = new ArrayList<>();
            for (int code = 0; code < 256; code++) {
                children.add(child("exit $0", code));
            }
            for (int code = 0; code < 256; code++) {
                int seen = children.get(code).exit().join();
                if (seen != code) {
                    wrong.add(code + " became " + seen);
                }
            }
        }
        say("source ended with " + source.exit().join());
        say("wrong codes " + wrong);
        // An orphan is promised to be gone within a second of its end.
        new StopRequest().pause(Duration.ofSeconds(1));
        say("zombies " + zombies());
        signals.exit(0);
    }

    private static Child child(String script, int argument) {
        List<String> argv = List.of("sh", "-c", script, String.valueOf(argument));
        return new Programs(new StopRequest()).start(new Command("sh", argv, System.getenv()));
    }

    private static long zombies() throws IOException {
        long found = 0;
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (Files.readString(process.resolve("status")).contains("State:\tZ")) {
                    found++;
                }
            }
        }
        return found;
    }

    /// Says every identity that any thread of this VM still has, and what a child gets.
    private static void stepDown(List<String> users) throws IOException {
        // As in life, where root has done something before: it opens the jars of the class path,
        // which
        // another user need not be able to read on a developer's machine.
        Command id = new Command("id", List.of("id", "-G"), System.getenv());
        Programs programs = new Programs(new StopRequest());
        if (!programs.run(id).succeeded()) {
            throw new IllegalStateException("no id");
        }
        CountDownLatch never = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        for (String user : users) {
            Identity.Account account = Identity.account(user).orElseThrow();
            Identity.stepDownTo(user, account.uid(), account.gid());
        }
        Set<String> seen = new TreeSet<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                Files.readAllLines(thread.resolve("status")).stream()
                        .filter(line -> line.matches("(Uid|Gid|CapPrm|CapEff):.*"))
                        .map(line -> line.replace('\t', ' '))
                        .forEach(seen::add);
            }
        }
        seen.forEach(Probe::say);
        say("groups " + programs.run(id).stdout().strip());
    }

    /// Says how an argument and the variable WORD came in, and what becomes of both in a child.
    private static void characters(List<String> arguments) {
        Reexec.ifCharactersAreLost();
        String word = System.getenv("WORD");
        say(arguments.getFirst().codePoints().boxed().toList() + " in");
        say(word.codePoints().boxed().toList() + " in");
        String script =
                "printf '%s %s' \"$1\" \"$WORD\" | od -An -tx1; echo $LC_ALL $ENTRYPOINT_LC_ALL.";
        List<String> argv = List.of("sh", "-c", script, "sh", arguments.getFirst());
        Command command = new Command("sh", argv, System.getenv());
        say(new Programs(new StopRequest()).run(command).stdout().strip());
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
