package io.pgentrypoint.plan;

import io.pgentrypoint.report.Refusal;
import java.util.List;

/// What follows the steps before launch.
public sealed interface Outlook {

    /// The world has to be looked at again: the steps change what can be known.
    record LookAgain(String because) implements Outlook {}

    /// No server starts, and what was seen is written down before that is said.
    record Refuse(Refusal refusal) implements Outlook {}

    /// The server starts.
    record Launch(List<String> argv) implements Outlook {
        public Launch {
            argv = List.copyOf(argv);
        }
    }
}
