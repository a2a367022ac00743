package io.pgentrypoint.probe;

import java.util.List;
import java.util.function.Consumer;

/// Something that PID 1 is told to do, by the user it runs as or by root.
public interface ControlCommand {

    /// @param words what follows the order's name
    /// @param say takes a line for the client that asked
    /// @return an exit code
    int carryOut(List<String> words, Consumer<String> say);
}
