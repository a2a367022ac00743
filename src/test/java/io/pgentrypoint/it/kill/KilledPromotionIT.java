package io.pgentrypoint.it.kill;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// A promotion at a start, and one of a running replica.
class KilledPromotionIT {

    @TestFactory
    Stream<DynamicNode> a_promotion_that_was_killed_is_completed_by_the_next_start() {
        return Kills.of(
                Map.of(
                        "standby to standalone", Changes::ofAStandbyToAStandaloneNode,
                        "standby to primary", Changes::ofAStandbyToAPrimary,
                        "promote", Changes::ofARunningStandbyToAPrimary));
    }
}
