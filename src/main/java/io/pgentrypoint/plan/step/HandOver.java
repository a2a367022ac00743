package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;

/// What a primary that runs does to let a standby take its place.
public sealed interface HandOver extends Step {

    record MakeCheckpoint() implements HandOver {
        @Override
        public String sentence() {
            return "make a checkpoint while sessions still write";
        }
    }

    /// A temporary replication slot on the successor is the order.
    record TellSuccessor(UpstreamServer successor, Duration atMost) implements HandOver {
        @Override
        public String sentence() {
            return "tell %s to get ready to take over, and wait until it is, at most %d s"
                    .formatted(successor.address(), atMost.toSeconds());
        }
    }

    record StopServer(Duration atMost) implements HandOver {
        @Override
        public String sentence() {
            return "stop the server (fast shutdown), at most %d s".formatted(atMost.toSeconds());
        }
    }

    /// @param before the record of this node
    record AllowSuccessor(
            UpstreamServer successor, Layout layout, NodeState before, Duration atMost)
            implements HandOver {
        @Override
        public String sentence() {
            return """
            wait until %s has replayed the checkpoint of that shutdown, at most %d s; record on \
            the volume that it may take over, and let it\
            """
                    .formatted(successor.address(), atMost.toSeconds());
        }

        /// What is on the volume before the successor may.
        public NodeState after() {
            return before.handedTo("%s".formatted(successor.address()));
        }
    }

    record FollowSuccessor(UpstreamServer successor, Duration atMost) implements HandOver {
        @Override
        public String sentence() {
            return "start the server again as a standby of %s, and see it stream within %d s"
                    .formatted(successor.address(), atMost.toSeconds());
        }
    }
}
