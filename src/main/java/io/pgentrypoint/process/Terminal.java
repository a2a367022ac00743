package io.pgentrypoint.process;

import java.io.Console;
import java.util.Optional;

/// Whether a person is looking.
public final class Terminal {

    private Terminal() {}

    public static boolean isTerminal(int fd) {
        if (Posix.available()) {
            return Posix.isatty(fd);
        }
        // Java can only tell for stdin and stdout together.
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
