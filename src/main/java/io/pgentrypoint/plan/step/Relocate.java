package io.pgentrypoint.plan.step;

import io.pgentrypoint.settings.Layout;

/// Moves of a whole cluster.
public sealed interface Relocate extends Prepare {

    /// Moves the cluster into staging, `global` first, so that nothing takes the data directory for
    /// one; a start that finds it half done takes it back.
    record MoveToStaging(Layout layout) implements Relocate {
        @Override
        public String sentence() {
            return "move the cluster to %s, global first"
                    .formatted(layout.staging().dataDirectory());
        }
    }

    /// As [Publish], for a cluster that was there before.
    record PublishRewound(Layout layout) implements Relocate {
        @Override
        public String sentence() {
            return "put the rewound cluster back into %s, global last"
                    .formatted(layout.dataDirectory());
        }
    }

    /// Moves the cluster into the state directory and leaves the data directory empty.
    ///
    /// @param place what tells it from others there; the executor numbers it when it is taken
    record MoveAside(Layout layout, String place) implements Relocate {
        @Override
        public String sentence() {
            return "move the cluster aside to %s, global first".formatted(layout.replaced(place));
        }
    }

    /// The same for what a killed rewind has left in staging.
    record MoveUnfinishedAside(Layout layout, String place) implements Relocate {
        @Override
        public String sentence() {
            return "move what is left of it from %s to %s"
                    .formatted(layout.staging().dataDirectory(), layout.replaced(place));
        }
    }

    /// Takes back what was being moved away.
    record PutBack(Layout layout) implements Relocate {
        @Override
        public String sentence() {
            return "put the cluster back into %s, global last".formatted(layout.dataDirectory());
        }
    }
}
