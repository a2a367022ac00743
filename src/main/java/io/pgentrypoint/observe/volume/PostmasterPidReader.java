package io.pgentrypoint.observe.volume;

import io.pgentrypoint.report.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Judges `postmaster.pid` by what the kernel says of the process it names. Whoever acts on it
/// holds the lock of the volume, for a process id means nothing in another container.
public final class PostmasterPidReader {

    private static final Path PROC = Path.of("/proc");
    private static final Set<String> SERVERS = Set.of("postgres", "postmaster");

    private final Path dataDirectory;

    private PostmasterPidReader(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    public static PostmasterPid read(Path dataDirectory) {
        Path file = dataDirectory.resolve("postmaster.pid");
        return judge(
                dataDirectory,
                Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        ? text(file)
                        : Optional.empty());
    }

    /// @param text of the file; empty where there is none
    public static PostmasterPid judge(Path dataDirectory, Optional<String> text) {
        return new PostmasterPidReader(dataDirectory).judge(text);
    }

    private PostmasterPid judge(Optional<String> text) {
        if (text.isEmpty() || !Files.isDirectory(PROC.resolve("self"))) {
            // Where there is no /proc the server judges by itself, as ever.
            return new PostmasterPid.None();
        }
        if (text.get().isBlank()) {
            return new PostmasterPid.Stale("it is empty");
        }
        try {
            // A server of its own kind (--single) writes its id negative (CreateLockFile).
            long pid = Math.abs(Long.parseLong(text.get().lines().findFirst().orElse("").strip()));
            return process(pid);
        } catch (NumberFormatException e) {
            return new PostmasterPid.Stale("it begins with no process id");
        }
    }

    private PostmasterPid process(long pid) {
        Path process = PROC.resolve(String.valueOf(pid));
        Map<String, String> status = status(process);
        if (status.isEmpty()) {
            return new PostmasterPid.Stale("process %s does not exist".formatted(pid));
        }
        String name = status.getOrDefault("Name", "");
        String leader = status.getOrDefault("Tgid", "");
        if (!leader.equals(String.valueOf(pid))) {
            return new PostmasterPid.Stale(
                    "%s is a thread of process %s (%s)".formatted(pid, leader, name(leader)));
        }
        if (status.getOrDefault("State", "").startsWith("Z")) {
            return new PostmasterPid.Stale("process %s has ended".formatted(pid));
        }
        if (!SERVERS.contains(name)) {
            return new PostmasterPid.Stale("process %s is no server but %s".formatted(pid, name));
        }
        return server(pid, process);
    }

    private PostmasterPid server(long pid, Path process) {
        try {
            // By device and inode: it may have another path in another mount namespace.
            return Files.isSameFile(process.resolve("cwd"), dataDirectory)
                    ? new PostmasterPid.Live(pid)
                    : new PostmasterPid.Stale(
                            "process %s is the server of another directory".formatted(pid));
        } catch (NoSuchFileException e) {
            return new PostmasterPid.Stale("process %s does not exist".formatted(pid));
        } catch (IOException e) {
            // A root without CAP_SYS_PTRACE is not shown where others work. A server works only in
            // a directory that belongs to it (checkDataDir).
            return uid(process).equals(owner())
                    ? new PostmasterPid.Live(pid)
                    : new PostmasterPid.Stale("process %s belongs to another user".formatted(pid));
        }
    }

    private static String name(String pid) {
        return status(PROC.resolve(pid)).getOrDefault("Name", "");
    }

    private String owner() {
        try {
            return String.valueOf(Files.getAttribute(dataDirectory, "unix:uid"));
        } catch (IOException e) {
            return "";
        }
    }

    /// The real one, of four.
    private static String uid(Path process) {
        return status(process).getOrDefault("Uid", "").split("\t", 2)[0];
    }

    /// Empty when there is no such process; also a thread's id has one, though no listing shows it.
    private static Map<String, String> status(Path process) {
        return text(process.resolve("status"))
                .map(text ->
                        text.lines()
                                .filter(line -> line.contains(":\t"))
                                .collect(
                                        Collectors.toMap(
                                                line -> line.substring(0, line.indexOf(':')),
                                                line ->
                                                        line.substring(line.indexOf(':') + 1)
                                                                .strip(),
                                                (first, _) -> first)))
                .orElse(Map.of());
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(InputFile.latin1(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
