package io.pgentrypoint.process;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Replaces this program by another, as a shell's `exec` does: same pid, same descriptors, and the
/// arguments byte for byte.
public final class PassThrough {

    /// Variables that this program sets for itself and no child should see.
    static final String REEXEC = "ENTRYPOINT_REEXEC";

    static final String SUSPEND_SIGNAL = "_JAVA_SR_SIGNUM";

    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");
    private static final Path ENVIRONMENT = Path.of("/proc/self/environ");
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    private PassThrough() {}

    /// Returns only on a platform where a process cannot be replaced: the program ran as a child
    /// then, and this is its exit code. A program that cannot run is a [Refusal] with 126 or 127.
    public static int exec(List<String> argv, Map<String, String> environment) {
        Path file = locate(argv.getFirst(), environment);
        Map<String, String> scrubbed = scrubbed(environment);
        if (!Posix.available()) {
            return new Programs(new StopRequest())
                    .start(new Command(argv.getFirst(), argv, scrubbed))
                    .exit()
                    .join();
        }
        List<byte[]> arguments = rawArguments(argv);
        List<byte[]> variables = rawEnvironment(scrubbed);
        byte[] path = bytes(file.toString());
        Posix.setMask(Set.of());
        int result = Posix.execve(path, arguments, variables);
        if (result == -Posix.ENOEXEC) {
            // As execvp and every shell: a script without a #! line is run by sh.
            List<byte[]> script = new ArrayList<>(List.of(bytes("/bin/sh"), path));
            script.addAll(arguments.subList(1, arguments.size()));
            result = Posix.execve(bytes("/bin/sh"), script, variables);
        }
        ExitCode code = result == -Posix.ENOENT ? ExitCode.NOT_FOUND : ExitCode.NOT_EXECUTABLE;
        throw new Refusal(
                code,
                "cannot run " + file + ": " + Posix.reason(result),
                "check that it is a program for this machine, and the interpreter in its first line");
    }

    /// The file that this name means, by the PATH of that environment and not by ours.
    static Path locate(String name, Map<String, String> environment) {
        if (name.contains("/")) {
            Path file = Path.of(name);
            if (!Files.exists(file)) {
                throw new Refusal(
                        ExitCode.NOT_FOUND,
                        "cannot run " + name + ": there is no such file",
                        "check the path");
            }
            if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
                throw notExecutable(file);
            }
            return file;
        }
        String path = environment.getOrDefault("PATH", DEFAULT_PATH);
        Path found = null;
        for (String directory : path.split(":", -1)) {
            // POSIX: an empty entry is the working directory.
            Path file = Path.of(directory.isEmpty() ? "." : directory, name);
            if (!name.isEmpty() && Files.isRegularFile(file)) {
                if (Files.isExecutable(file)) {
                    return file;
                }
                found = found == null ? file : found;
            }
        }
        if (found != null) {
            throw notExecutable(found);
        }
        throw new Refusal(
                ExitCode.NOT_FOUND,
                "cannot run " + name + ": not found in PATH=" + path,
                "install it, correct the name, or give its full path");
    }

    private static Refusal notExecutable(Path file) {
        return new Refusal(
                ExitCode.NOT_EXECUTABLE,
                "cannot run "
                        + file
                        + ": not an executable file for uid "
                        + Identity.current().euid(),
                "chmod +x it, or check the mount option noexec");
    }

    /// Without the variables that only this program needs, in the order of their names.
    static Map<String, String> scrubbed(Map<String, String> environment) {
        Map<String, String> kept = new TreeMap<>(environment);
        kept.keySet().removeAll(Set.of(REEXEC, SUSPEND_SIGNAL));
        return kept;
    }

    /// Java decoded our arguments by the locale, which in LANG=C destroys all but ASCII. The bytes
    /// are still in /proc: whatever decodes to what was asked for is passed on as it came.
    private static List<byte[]> rawArguments(List<String> argv) {
        List<byte[]> all = raw(ARGUMENTS);
        int from = all.size() - argv.size();
        if (from > 0) {
            List<byte[]> last = all.subList(from, all.size());
            if (last.stream().map(PassThrough::decoded).toList().equals(argv)) {
                return last;
            }
        }
        return argv.stream().map(PassThrough::bytes).toList();
    }

    private static List<byte[]> rawEnvironment(Map<String, String> environment) {
        Map<String, byte[]> inherited = new TreeMap<>();
        raw(ENVIRONMENT).forEach(entry -> inherited.put(decoded(entry), entry));
        return environment.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .map(entry -> inherited.getOrDefault(entry, bytes(entry)))
                .toList();
    }

    static List<byte[]> ownArguments() {
        return raw(ARGUMENTS);
    }

    static List<byte[]> ownEnvironment() {
        return raw(ENVIRONMENT);
    }

    /// Empty when it cannot be read, as /proc/self/environ after a step down from root.
    private static List<byte[]> raw(Path file) {
        List<byte[]> strings = new ArrayList<>();
        try {
            // Latin-1 is one char for one byte, both ways.
            String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            int start = 0;
            for (int end = all.indexOf(0); end >= 0; end = all.indexOf(0, start)) {
                strings.add(all.substring(start, end).getBytes(StandardCharsets.ISO_8859_1));
                start = end + 1;
            }
        } catch (IOException e) {
            return List.of();
        }
        return strings;
    }

    private static String decoded(byte[] bytes) {
        return new String(bytes, platform());
    }

    static byte[] bytes(String string) {
        return string.getBytes(platform());
    }

    /// What the JVM decodes arguments, variables and file names with.
    private static Charset platform() {
        return Charset.forName(
                System.getProperty("sun.jnu.encoding", System.getProperty("native.encoding")));
    }
}
