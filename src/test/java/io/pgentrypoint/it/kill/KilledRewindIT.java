package io.pgentrypoint.it.kill;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// A former primary that rejoins by pg_rewind.
class KilledRewindIT {

    @TestFactory
    Stream<DynamicNode> a_rewind_that_was_killed_is_made_whole_by_the_next_start() {
        return Kills.of(
                Map.of(
                        "rewind", Changes::byRewind,
                        "rewind with parts elsewhere", Changes::byRewindWithPartsElsewhere));
    }
}
