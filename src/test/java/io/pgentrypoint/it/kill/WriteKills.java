package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Soundness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Killed after any system call by which the entrypoint changes a volume.
final class WriteKills {

    private WriteKills() {}

    /// What was changed, and how to be killed right after it.
    private record Write(String what, Kills.Kill kill) {}

    static Stream<DynamicTest> of(String name, Scenario scenario) {
        List<Write> writes = writes(scenario);
        int wanted =
                Limits.KILL_POINTS == 0
                        ? writes.size()
                        : Math.min(Limits.KILL_POINTS, writes.size());
        return IntStream.range(0, wanted)
                .boxed()
                .flatMap(i -> {
                    // One of each stretch, so that the beginning and the end are both tried.
                    int from = writes.size() * i / wanted;
                    int to = writes.size() * (i + 1) / wanted;
                    Random chance = Kills.chance(name, i);
                    Write write = writes.get(from + chance.nextInt(to - from));
                    return Kills.test(
                            scenario,
                            new Kills.Which(name, "after a write", i, wanted),
                            "after " + write.what(),
                            chance,
                            write.kill());
                });
    }

    private static List<Write> writes(Scenario scenario) {
        try (ProcessNode node = scenario.fresh().node()) {
            Soundness _ = Soundness.guard(node.ownHome());
            List<Write> writes =
                    scenario.order()
                            .map(order -> ofOrder(node, order))
                            .orElseGet(() -> ofInit(node));
            assertThat(writes).hasSizeGreaterThan(10);
            return writes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Write> ofInit(ProcessNode undisturbed) {
        return WriteCalls.of(undisturbed, "init").stream()
                .map(point ->
                        new Write(point.toString(), node -> WriteCalls.kill(node, point, "init")))
                .toList();
    }

    private static List<Write> ofOrder(ProcessNode undisturbed, String order) {
        return ControlCalls.of(undisturbed, order).stream()
                .map(point ->
                        new Write(point.toString(), node -> ControlCalls.kill(node, point, order)))
                .toList();
    }
}
