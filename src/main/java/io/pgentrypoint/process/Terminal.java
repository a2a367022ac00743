package io.pgentrypoint.process;

import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Whether a person is looking, and at whom.
public final class Terminal {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private Terminal() {}

    public static boolean isTerminal(int fd) {
        if (Posix.available()) {
            return Posix.isatty(fd);
        }
        // Java can only tell for stdin and stdout together.
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /// Whether a person has started this program by its name at a prompt, and no engine as the
    /// process of a container, which may have a terminal too.
    public static boolean isPrompt() {
        return ProcessHandle.current().pid() != 1
                && isTerminal(0)
                && isTerminal(1)
                && !ProcessTree.isContainersOwn();
    }

    /// A terminal sends Ctrl-C to each process of its foreground group. What lives beside us is
    /// told to stop by us, in the way that was asked for, and so gets a session of its own.
    /// setsid(1) becomes the program and keeps the pid, since a child of ours leads no process
    /// group.
    static ProcessBuilder outOfReach(ProcessBuilder builder) {
        if (ProcessTree.haveTerminal() && Files.isExecutable(SETSID)) {
            builder.command().addFirst(SETSID.toString());
        }
        return builder;
    }
}
