package io.pgentrypoint.patroni;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What there is of Patroni around a node.
///
/// @param layout whether the data directory's configuration is Patroni's (postgresql.base.conf)
/// @param ownConfiguration whether postgresql.conf beside it is somebody's own all the same
/// @param dynamicConfiguration whether Patroni's copy of its store lies in the data directory: with
///   an empty store it wins over `bootstrap.dcs`
/// @param stateDirectory whether ours lies there
/// @param citus whether Patroni's configuration there preloads Citus; absent where there is none
/// @param harmfulSettings those that the user's own postgresql.conf sets and Patroni does not undo
/// @param member present when this node is to be one
public record PatroniEnvironment(
        boolean layout,
        boolean ownConfiguration,
        boolean dynamicConfiguration,
        boolean stateDirectory,
        Optional<Boolean> citus,
        Set<String> harmfulSettings,
        Optional<Member> member) {

    /// What only a member has.
    ///
    /// @param address by which the other members reach it
    /// @param directory for Patroni's files: outside the data directory, which Patroni wants empty
    /// @param program where the image has Patroni
    public record Member(Dcs dcs, String address, Path directory, Optional<Path> program) {}

    public PatroniEnvironment {
        harmfulSettings = Collections.unmodifiableSet(new TreeSet<>(harmfulSettings));
    }

    /// Nothing at all.
    public static PatroniEnvironment none() {
        return new PatroniEnvironment(
                false, false, false, false, Optional.empty(), Set.of(), Optional.empty());
    }
}
