package io.pgentrypoint.process;

import io.pgentrypoint.report.ExitCode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Replaces this program by another, as a shell's `exec` does: same pid, same descriptors, and the
/// arguments byte for byte.
public final class PassThrough {

    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    private PassThrough() {}

    /// Returns only on a platform where a process cannot be replaced: the program ran as a child
    /// then, and this is its exit code. A program that cannot run is a [Refusal] with 126 or 127.
    public static int exec(List<String> argv, Map<String, String> environment) {
        Path file = locate(argv.getFirst(), environment);
        Map<String, String> scrubbed = Reexec.undone(environment);
        if (!Posix.available()) {
            return new Programs(new StopRequest())
                    .start(new Command(argv.getFirst(), argv, scrubbed))
                    .exit()
                    .join();
        }
        List<byte[]> arguments = RawStrings.ofArguments(argv);
        List<byte[]> variables = RawStrings.ofEnvironment(scrubbed);
        byte[] path = RawStrings.encoded(file.toString());
        Posix.setMask(Set.of());
        int result = Posix.execve(path, arguments, variables);
        if (result == -Posix.ENOEXEC) {
            // As execvp and every shell: a script without a #! line is run by sh.
            List<byte[]> script = new ArrayList<>(List.of(RawStrings.encoded("/bin/sh"), path));
            script.addAll(arguments.subList(1, arguments.size()));
            result = Posix.execve(RawStrings.encoded("/bin/sh"), script, variables);
        }
        ExitCode code = result == -Posix.ENOENT ? ExitCode.NOT_FOUND : ExitCode.NOT_EXECUTABLE;
        throw Refusals.notReplaced(code, file, Posix.reason(result));
    }

    /// The file that this name means, by the PATH of that environment and not by ours.
    static Path locate(String name, Map<String, String> environment) {
        if (name.contains("/")) {
            Path file = path(name);
            if (!Files.exists(file)) {
                throw Refusals.noSuchFile(name);
            }
            if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
                throw Refusals.notExecutable(file);
            }
            return file;
        }
        return search(name, environment.getOrDefault("PATH", DEFAULT_PATH));
    }

    private static Path search(String name, String path) {
        Path found = null;
        for (String directory : path.split(":", -1)) {
            // POSIX: an empty entry is the working directory.
            Path file = path((directory.isEmpty() ? "." : directory) + "/" + name);
            if (!name.isEmpty() && Files.isRegularFile(file)) {
                if (Files.isExecutable(file)) {
                    return file;
                }
                found = found == null ? file : found;
            }
        }
        if (found != null) {
            throw Refusals.notExecutable(found);
        }
        throw Refusals.notInPath(name, path);
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw Refusals.unknownCharacter(name);
        }
    }
}
