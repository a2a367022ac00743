package io.pgentrypoint.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the kernel says of processes that we did not start ourselves: a server's children, and a
/// server that was left to us. Where there is no /proc nothing is seen.
public final class ProcessTree {

    private static final Path PROC = Path.of("/proc");

    /// A process that its parent left to us. Nobody but [Orphans] hears of its end.
    public record Adopted(long pid) {

        public boolean alive() {
            return ProcessTree.alive(pid);
        }

        /// Between the look and the call the pid cannot become a stranger's: it stays with the
        /// zombie until we reap it, and a new process would need all other pids first.
        public void signal(Signal signal) {
            if (alive() && Posix.available()) {
                int _ = Posix.kill(pid, signal.number());
            }
        }
    }

    private ProcessTree() {}

    /// The command lines of its living children. A server writes into them what each is doing.
    public static List<String> titlesOfChildren(long parent) {
        List<String> titles = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : all) {
                if (stat(process)
                        .filter(stat -> stat.alive() && stat.parent() == parent)
                        .isPresent()) {
                    titles.add(title(process));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return titles;
    }

    /// A process of that program and working directory whose parent has died and who is our child
    /// now. The pid alone proves nothing: it may be a stranger's by now, or the server of a
    /// neighbour that had the directory first.
    public static Optional<Adopted> adopted(long pid, String program, Path workingDirectory) {
        Path process = PROC.resolve(String.valueOf(pid));
        return stat(process)
                .filter(stat -> stat.alive() && stat.program().equals(program))
                .filter(stat -> stat.parent() == ProcessHandle.current().pid())
                .filter(_ -> worksIn(process, workingDirectory))
                .map(_ -> new Adopted(pid));
    }

    /// A zombie is not.
    public static boolean alive(long pid) {
        return stat(PROC.resolve(String.valueOf(pid))).filter(Stat::alive).isPresent();
    }

    /// Whether a container's engine or an init program has started us, and nobody at a prompt: our
    /// parent is outside of this container, or is the container's first process. What an engine
    /// starts later, beside the container's own process, is like us and has the same first process.
    static boolean isContainersOwn() {
        long parent = stat(PROC.resolve("self")).map(Stat::parent).orElse(0L);
        return parent == 1 || (parent == 0 && !program("1").equals(program("self")));
    }

    private static String program(String pid) {
        return title(PROC.resolve(pid)).split(" ", 2)[0];
    }

    /// Whether a terminal controls our session, wherever our input and output go.
    static boolean haveTerminal() {
        return stat(PROC.resolve("self")).filter(Stat::onTerminal).isPresent();
    }

    private static boolean worksIn(Path process, Path directory) {
        try {
            return process.resolve("cwd").toRealPath().equals(directory.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    private static String title(Path process) {
        try {
            // setproctitle pads with NULs.
            return read(process.resolve("cmdline")).replace('\0', ' ').strip();
        } catch (IOException e) {
            return "";
        }
    }

    private record Stat(String program, boolean alive, long parent, boolean onTerminal) {}

    // "12 (name) S 1 …", proc_pid_stat(5). The name may hold anything, brackets too.
    private static Optional<Stat> stat(Path process) {
        try {
            String text = read(process.resolve("stat"));
            int end = text.lastIndexOf(')');
            String[] fields = text.substring(end + 2).split(" ", 6);
            return Optional.of(
                    new Stat(
                            text.substring(text.indexOf('(') + 1, end),
                            !fields[0].equals("Z") && !fields[0].equals("X"),
                            Long.parseLong(fields[1]),
                            !fields[4].equals("0")));
        } catch (IOException | RuntimeException e) {
            // It has ended meanwhile.
            return Optional.empty();
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
