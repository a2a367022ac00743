package io.pgentrypoint.plan.step;

import io.pgentrypoint.patroni.DcsAddress;
import io.pgentrypoint.settings.Layout;
import java.nio.file.Path;
import java.time.Duration;

/// What goes before a hand-over to Patroni, and after the return from it.
public sealed interface UnderPatroni extends Prepare {

    /// Until the DCS of a Patroni cluster can be used.
    record AwaitDcs(DcsAddress dcs, Duration timeout) implements UnderPatroni {
        @Override
        public String sentence() {
            return "wait for %s, at most %d s".formatted(dcs.title(), timeout.toSeconds());
        }
    }

    /// Patroni's own validation, before it is started.
    record CheckPatroni(Path program, Path directory) implements UnderPatroni {
        @Override
        public String sentence() {
            return "check it with patroni --validate-config";
        }
    }

    /// Gives postgresql.conf back to the user and removes what Patroni keeps beside it.
    record LeavePatroni(Layout layout) implements UnderPatroni {
        @Override
        public String sentence() {
            return "make postgresql.base.conf postgresql.conf again and remove Patroni's files";
        }
    }
}
