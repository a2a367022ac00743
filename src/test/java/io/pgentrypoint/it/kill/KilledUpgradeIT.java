package io.pgentrypoint.it.kill;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A cluster of an older major version that becomes one of this. It takes the programs of both: the
/// images for upgrades have them, in which `make soak` runs this. UpgradeIT kills containers.
class KilledUpgradeIT {

    @TestFactory
    Stream<DynamicNode> an_upgrade_that_was_killed_is_made_whole_by_the_next_start() {
        Optional<Path> old = Upgrades.olderPrograms();
        if (old.isEmpty()) {
            String why = "not run: there is one PostgreSQL here, and no older one";
            return Stream.of(
                    DynamicTest.dynamicTest(why, () -> Assumptions.assumeTrue(false, why)));
        }
        Map<String, Scenario.Opening> scenarios = new TreeMap<>();
        scenarios.put("upgrade by copy", () -> Upgrades.by("copy", old.orElseThrow()));
        scenarios.put("upgrade by link", () -> Upgrades.by("link", old.orElseThrow()));
        return Kills.of(scenarios);
    }
}
