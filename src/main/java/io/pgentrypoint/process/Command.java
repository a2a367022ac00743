package io.pgentrypoint.process;

import java.util.List;
import java.util.Map;

/// A program to start.
///
/// @param title what it is for, as the log names it
/// @param argv the program and its arguments; no secrets, since every user of the host can read
///   them
/// @param environment the whole environment of the child: nothing is inherited that is not in it
public record Command(String title, List<String> argv, Map<String, String> environment) {

    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException(
                    "cannot run %s: no program is named".formatted(title));
        }
    }

    /// Without the environment, which may hold a password.
    @Override
    public String toString() {
        return title + ": " + String.join(" ", argv);
    }
}
