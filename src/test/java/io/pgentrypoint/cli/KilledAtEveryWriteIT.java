package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Killed after any system call by which the entrypoint changes a volume, the next start makes a
/// whole node of it.
class KilledAtEveryWriteIT {

    /// How many of each scenario; 0 are all of them.
    private static final int POINTS = Integer.getInteger("kill.points", 1);

    @TestFactory
    Stream<DynamicNode> a_start_that_was_killed_at_any_write_is_made_whole_by_the_next() {
        return Kills.of(Kills.scenarios(), KilledAtEveryWriteIT::kills);
    }

    private static Stream<DynamicTest> kills(String name, Scenario scenario) {
        if (!scenario.init()) {
            return Stream.empty();
        }
        List<WriteCalls.Point> points = points(scenario);
        int wanted = POINTS == 0 ? points.size() : Math.min(POINTS, points.size());
        return IntStream.range(0, wanted)
                .mapToObj(i -> {
                    // One of each stretch, so that the beginning and the end are both tried.
                    int from = points.size() * i / wanted;
                    int to = points.size() * (i + 1) / wanted;
                    WriteCalls.Point point =
                            points.get(from + Kills.chance(name, i).nextInt(to - from));
                    return Kills.test(
                            scenario,
                            Kills.name(name, i, wanted, "after " + point),
                            node -> WriteCalls.kill(node, point, "init"));
                });
    }

    private static List<WriteCalls.Point> points(Scenario scenario) {
        try (Node node = scenario.fresh().node()) {
            Soundness _ = Soundness.guard(node.ownHome());
            List<WriteCalls.Point> points = WriteCalls.of(node, "init");
            assertThat(points).hasSizeGreaterThan(10);
            return points;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
