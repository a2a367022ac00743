package io.pgentrypoint.it.kill;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// A former primary that rejoins by a new clone.
class KilledRecloneIT {

    @TestFactory
    Stream<DynamicNode> a_reclone_that_was_killed_is_made_whole_by_the_next_start() {
        return Kills.of(
                Map.of(
                        "reclone", Changes::byReclone,
                        "reclone with parts elsewhere", Changes::byRecloneWithPartsElsewhere));
    }
}
