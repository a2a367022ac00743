package io.pgentrypoint.plan.step;

import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.mode.Mode;
import java.util.List;

/// What follows the steps before launch.
public sealed interface NextAction {

    /// The world has to be looked at again: the steps change what can be known.
    record Replan(String because) implements NextAction {}

    /// No server starts, and what was seen is written down before that is said.
    record Refuse(Refusal refusal) implements NextAction {}

    /// The node has this role now; its plan is made with that.
    record Become(Mode mode, String because) implements NextAction {}

    /// The server starts.
    record Launch(List<String> argv) implements NextAction {
        public Launch {
            argv = List.copyOf(argv);
        }
    }
}
