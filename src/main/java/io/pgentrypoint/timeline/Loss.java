package io.pgentrypoint.timeline;

import java.util.List;
import java.util.Optional;

/// What a node would lose of its own by going back to a fork.
///
/// @param commits how many transactions were committed beyond the fork
/// @param touched relations that were changed there, those of users before the catalogs, the most
///   changed first
/// @param readToTheEnd false when the log could be read in part only: it is more then
public record Loss(long bytes, long commits, List<Touched> touched, boolean readToTheEnd) {

    public Loss {
        touched = List.copyOf(touched);
    }

    /// @param node tablespace, database and file node, as the log names a relation
    /// @param changes records about it
    /// @param name what it is called, where someone could be asked
    public record Touched(String node, long changes, Optional<String> name) {}
}
