package io.pgentrypoint.it.kill;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// A base backup and its publication.
class KilledCloneIT {

    @TestFactory
    Stream<DynamicNode> a_clone_that_was_killed_is_made_whole_by_the_next_start() {
        return Kills.of(
                Map.of(
                        "clone", FirstBoots::ofAReplica,
                        "clone with a tablespace", FirstBoots::ofAReplicaWithATablespace));
    }
}
