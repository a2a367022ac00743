package io.pgentrypoint.observe.volume;

import java.nio.file.Path;
import java.util.List;

/// What the files of a cluster show before any server reads them.
///
/// @param missing directories that the server needs and that a copy has left out, being empty
/// @param readOnly configuration files that nobody can write, by their mount
/// @param restored whether it is a base backup that no server has recovered yet
/// @param subscribed whether it has, or had, logical subscriptions
public record ClusterContents(
        List<String> missing, List<Path> readOnly, boolean restored, boolean subscribed) {

    public ClusterContents {
        missing = List.copyOf(missing);
        readOnly = List.copyOf(readOnly);
    }

    /// Nothing that a plan would have to know.
    public static ClusterContents plain() {
        return new ClusterContents(List.of(), List.of(), false, false);
    }
}
