package io.pgentrypoint.it.kill;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// Configuration, rules and role of a volume with data.
class KilledModeChangeIT {

    @TestFactory
    Stream<DynamicNode> a_change_of_mode_that_was_killed_is_completed_by_the_next_start() {
        return Kills.of(
                Map.of(
                        "standalone to primary", Changes::ofAStandaloneNodeToAPrimary,
                        "primary to standalone", Changes::ofAPrimaryToAStandaloneNode));
    }
}
