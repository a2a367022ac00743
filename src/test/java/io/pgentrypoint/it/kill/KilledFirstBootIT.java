package io.pgentrypoint.it.kill;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// What makes a database of an empty volume, with all that it starts.
class KilledFirstBootIT {

    @TestFactory
    @DisplayName("CRASH-1: a first boot that was killed is made whole by the next start")
    Stream<DynamicNode> a_first_boot_that_was_killed_is_made_whole_by_the_next_start() {
        return Kills.of(
                Map.of(
                        "first boot", FirstBoots::ofAPrimary,
                        "first boot with scripts", FirstBoots::withScripts));
    }
}
