package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import java.time.Duration;
import java.util.Optional;

/// What is done on the running server. None of it is worth stopping a server that serves.
public sealed interface Live extends Step {

    /// What is true when it failed.
    default String withoutIt() {
        return "The server goes on";
    }

    /// Whether it needs a server that takes writes: in one that is being restored it waits.
    default boolean writes() {
        return false;
    }

    record EnsureReplicationRole(Credentials role) implements Live {
        @Override
        public String withoutIt() {
            return "The server goes on; replicas may be unable to log in";
        }

        @Override
        public String sentence() {
            return "ensure role %s with LOGIN, REPLICATION and the password of the environment"
                    .formatted(role.user());
        }

        @Override
        public boolean writes() {
            return true;
        }
    }

    /// On the running server: waits until so many of them stream, and lets commits wait for them
    /// from then on.
    ///
    /// @param text of our settings file that says so to the server
    record RequireSynchronousStandbys(Layout layout, SynchronousStandbys standbys, String text)
            implements Live {
        @Override
        public String sentence() {
            return "let commits wait for %s, once so many stream".formatted(standbys.text());
        }

        @Override
        public boolean writes() {
            return true;
        }
    }

    /// Asks the running server which collations are not the ones its indexes were built with.
    record CompareCollations(Layout layout) implements Live {
        @Override
        public String sentence() {
            return "compare the collations of all databases with those of this image";
        }
    }

    /// On the running server, after an upgrade.
    ///
    /// @param note of the upgrade that is kept then
    /// @param major to which it was
    record CompleteStatistics(Layout layout, String note, int major) implements Live {
        @Override
        public String sentence() {
            return "analyze all databases";
        }

        @Override
        public boolean writes() {
            return true;
        }
    }

    /// The cluster that an upgrade has moved aside, once nothing of the upgrade is left to do and
    /// it is old enough.
    record RemoveOldCluster(Layout layout, Upgraded done, Duration keep) implements Live {
        @Override
        public String sentence() {
            return "delete the cluster of PostgreSQL %s that was moved aside, %s"
                    .formatted(
                            done.from(),
                            keep.isZero()
                                    ? "once all databases are analyzed"
                                    : Measures.time(keep) + " after the upgrade");
        }
    }

    /// Whether the cluster knows the superuser by the environment's password.
    ///
    /// @param apply sets it where it does not
    record CheckSuperuserPassword(String user, Secret password, boolean apply) implements Live {
        @Override
        public String sentence() {
            return (apply
                            ? "make sure that the password of %s is the environment's"
                            : "compare the password of %s with the environment's")
                    .formatted(user);
        }

        @Override
        public boolean writes() {
            return apply;
        }
    }

    /// Those of a restored cluster, once it takes writes, while the mark of
    /// [Configure.MarkRestored] is there.
    record DisableSubscriptions(Layout layout) implements Live {
        @Override
        public String sentence() {
            return "disable its logical subscriptions";
        }

        @Override
        public boolean writes() {
            return true;
        }
    }

    /// On the running server: physical slots that no member uses any more.
    record DropMemberSlots() implements Live {
        @Override
        public String sentence() {
            return "drop physical replication slots that are not in use";
        }
    }

    /// On the running server: where the extension is gone from the database, the volume is no Citus
    /// node's any more.
    ///
    /// @param node the text of the node record that is written then
    record LeaveCitus(Layout layout, String node, String database) implements Live {
        @Override
        public String sentence() {
            return """
            forget that this volume is a Citus node's, if its extension is gone from \
            database %s\
            """
                    .formatted(database);
        }
    }

    /// On the running server: the extension, the password for the other nodes, and this node's
    /// place among them.
    record JoinCitus(Citus citus, Login login, int port) implements Live {

        /// Of the superuser, on each node.
        public record Login(String user, Optional<Secret> password) {}

        @Override
        public String sentence() {
            return switch (citus) {
                case Citus.Coordinator coordinator ->
                        "make sure that this node is the coordinator, " + coordinator.host();
                case Citus.Worker worker ->
                        "make sure that %s knows this node as its worker %s"
                                .formatted(worker.coordinator(), worker.host());
                case Citus.Kept _ -> "keep the Citus library";
                case Citus.Member _ ->
                        "keep the passwords with which roles log in to the other Citus nodes";
            };
        }

        @Override
        public boolean writes() {
            return true;
        }
    }
}
