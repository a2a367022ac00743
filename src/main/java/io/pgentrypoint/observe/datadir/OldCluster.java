package io.pgentrypoint.observe.datadir;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A cluster of an older major version whose programs this image has.
///
/// @param programs the directory of the old server's programs
/// @param outside what of it lies outside the data directory, and what an upgrade does not move
/// @param answer what its server said last, if it has not run since
/// @param offered the version that this image has of each of its extensions
public record OldCluster(
        Path programs,
        ControlData control,
        DataDirectory.Role role,
        Optional<String> outside,
        Optional<OldServer> answer,
        Map<String, String> offered) {}
