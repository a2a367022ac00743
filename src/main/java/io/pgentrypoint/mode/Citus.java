package io.pgentrypoint.mode;

import java.time.Duration;
import java.util.Optional;

/// The part of a server in a Citus cluster.
public sealed interface Citus {

    /// The one database of the cluster's tables.
    String database();

    /// @param host by which the workers reach it
    record Coordinator(String database, String host) implements Citus {}

    /// @param host by which the coordinator and the other workers reach it
    /// @param patience how long the coordinator may take to answer before this is an error in the
    ///   log
    record Worker(String database, String host, Endpoint coordinator, Duration patience)
            implements Citus {}

    /// Under Patroni, which creates the extension and registers the nodes itself.
    ///
    /// @param group 0 is the coordinator's, each other one a worker's; absent where the user says
    ///   it to Patroni
    record Member(String database, Optional<Integer> group) implements Citus {}
}
