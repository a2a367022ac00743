package io.pgentrypoint.plan.step;

import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What makes a standby of a primary out of this node.
public sealed interface Follow extends Prepare {

    record AwaitPrimary(Mode.NativeReplica replica, int ownPort) implements Follow {
        @Override
        public String sentence() {
            return "wait for the primary %s, at most %d s"
                    .formatted(replica.primary(), replica.timeout().toSeconds());
        }
    }

    /// @param answer what the others are told meanwhile
    /// @param seen what each node has said: the wait is over when one says something else
    record AwaitNodes(
            Mode.NativeAuto auto,
            int ownPort,
            String answer,
            List<String> seen,
            Optional<Duration> atMost)
            implements Follow {
        public AwaitNodes {
            seen = List.copyOf(seen);
        }

        @Override
        public String sentence() {
            return "wait for the other nodes%s, and answer them on port %d meanwhile"
                    .formatted(
                            atMost.map(time -> ", at most %d s".formatted(time.toSeconds()))
                                    .orElse(""),
                            ownPort);
        }

        /// For people who look at a node that waits.
        public String detail() {
            return "waits for the other nodes of CLUSTER_HOSTS: " + String.join("; ", seen);
        }
    }

    record CloneFromPrimary(
            Mode.NativeReplica replica,
            Layout layout,
            String conninfo,
            String systemIdentifier,
            Optional<Path> walDirectory)
            implements Follow {
        @Override
        public String sentence() {
            return "clone %s with pg_basebackup%s"
                    .formatted(
                            replica.primary(),
                            walDirectory.map(", WAL in %s"::formatted).orElse(""));
        }
    }

    /// Until then the primary's control file names its old timeline, and pg_rewind believes it.
    record AwaitCheckpoint(Mode.NativeReplica replica) implements Follow {
        @Override
        public String sentence() {
            return "make sure that %s has made a checkpoint on its timeline, at most %d s"
                    .formatted(replica.primary(), replica.timeout().toSeconds());
        }
    }

    /// Rewinds the cluster in staging, and makes a standby of it. Until it has ended well nothing
    /// may start it; from then on nothing throws it away.
    ///
    /// @param conninfo of the primary's database postgres
    record Rewind(
            Mode.NativeReplica replica, Layout layout, String conninfo, String systemIdentifier)
            implements Follow {
        @Override
        public String sentence() {
            return "rewind it to %s with pg_rewind, look at its history again, and create standby.signal"
                    .formatted(replica.primary());
        }
    }

    record MarkStandby(Layout layout) implements Follow {
        @Override
        public String sentence() {
            return "create standby.signal";
        }
    }
}
