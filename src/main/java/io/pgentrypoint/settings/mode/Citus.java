package io.pgentrypoint.settings.mode;

import io.pgentrypoint.connect.HostPort;
import java.util.List;
import java.util.Optional;

/// The part of a server in a Citus cluster.
public sealed interface Citus {

    /// The one database of the cluster's tables.
    String database();

    /// With which roles besides the superuser the nodes log in to each other: a session runs its
    /// part on another node as its own role.
    List<Credentials> logins();

    /// Whether the node counts as not ready until it is registered.
    boolean readyOnceRegistered();

    /// @param host by which the workers reach it
    record Coordinator(
            String database, List<Credentials> logins, String host, boolean readyOnceRegistered)
            implements Citus {}

    /// @param host by which the coordinator and the other workers reach it
    record Worker(
            String database,
            List<Credentials> logins,
            String host,
            boolean readyOnceRegistered,
            HostPort coordinator)
            implements Citus {}

    /// Under Patroni, which creates the extension and registers the nodes itself.
    ///
    /// @param group 0 is the coordinator's, each other one a worker's; absent where the user says
    ///   it to Patroni
    record Member(String database, List<Credentials> logins, Optional<Integer> group)
            implements Citus {

        @Override
        public boolean readyOnceRegistered() {
            return false;
        }
    }

    /// A node's volume that is started without USE_CITUS. Without the library its distributed
    /// tables would read as empty and take rows that vanish later; so the library stays.
    record Kept(String database) implements Citus {

        @Override
        public List<Credentials> logins() {
            return List.of();
        }

        @Override
        public boolean readyOnceRegistered() {
            return false;
        }
    }
}
