package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What makes a primary out of a standby, at rest or while it serves.
public sealed interface Promote extends Prepare {

    /// A server on the data directory that only this process can reach replays what is there, is
    /// promoted, makes a checkpoint and is stopped. Where that happened before, it is verified.
    ///
    /// @param timeline the one to be left
    /// @param minimums what the cluster's standby must not run with less of
    /// @param copy whether the node that it follows may go on: its logical subscriptions are
    ///   disabled, since those rows reach one of the two only
    record PromoteStandby(
            Layout layout,
            int timeline,
            Map<String, Integer> minimums,
            List<String> arguments,
            String superuser,
            boolean copy)
            implements Promote {
        public PromoteStandby {
            minimums = Map.copyOf(minimums);
            arguments = List.copyOf(arguments);
        }

        @Override
        public String sentence() {
            return """
            replay what is there with a server without TCP, promote it from timeline %d to a \
            new one, verify that, %sand stop it\
            """
                    .formatted(timeline, copy ? "disable its logical subscriptions, " : "");
        }
    }

    /// That the running server has replayed up to that position.
    record AwaitReplay(String position, Duration timeout) implements Promote {
        @Override
        public String sentence() {
            return "wait until %s is replayed, at most %d s"
                    .formatted(position, timeout.toSeconds());
        }
    }

    /// The running server, which serves meanwhile.
    record PromoteRunning(Layout layout, int timeline, Duration timeout) implements Promote {
        @Override
        public String sentence() {
            return "promote the server from timeline %d to a new one, and verify that"
                    .formatted(timeline);
        }
    }

    /// That the promotion ended, and how.
    record RecordPromotion(Layout layout, NodeState before, NodeState.Role role)
            implements Promote {
        @Override
        public String sentence() {
            return "record on the volume that it was promoted";
        }
    }
}
