package io.pgentrypoint.it.kill;

import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Soundness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Killed with all its children at any instant, in initdb, a script, a clone, a promotion or a
/// rewind, and perhaps once more while it makes good for it.
final class InstantKills {

    private InstantKills() {}

    static Stream<DynamicTest> of(String name, Scenario scenario) {
        long whole = undisturbed(scenario);
        return IntStream.range(0, Limits.KILL_INSTANTS)
                .boxed()
                .flatMap(i -> {
                    Random chance = Kills.chance(name, i);
                    // From before the first file to after the server is ready.
                    double part = (i + chance.nextDouble()) / Limits.KILL_INSTANTS;
                    Duration first = Duration.ofNanos((long) (whole * (0.15 + 0.9 * part)));
                    Duration second = Duration.ofNanos((long) (whole * chance.nextDouble()));
                    boolean twice = chance.nextInt(3) == 0;
                    String killed =
                            "after %d ms".formatted(first.toMillis())
                                    + (twice ? " and again after " + second.toMillis() : "");
                    return Kills.test(
                            scenario,
                            new Kills.Which(name, "at an instant", i, Limits.KILL_INSTANTS),
                            killed,
                            chance,
                            node -> {
                                kill(scenario.begin().run(node), first);
                                if (twice) {
                                    kill(node.start(), second);
                                }
                            });
                });
    }

    private static long undisturbed(Scenario scenario) {
        try (ProcessNode node = scenario.fresh().node()) {
            Soundness _ = Soundness.guard(node.ownHome());
            long began = System.nanoTime();
            if (scenario.order().isEmpty()) {
                Run _ = node.serve();
            } else {
                Run run = scenario.begin().run(node);
                began = System.nanoTime();
                run.await("takes writes on timeline", 60);
            }
            return System.nanoTime() - began;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Run run, Duration after) {
        run.leave(after);
        run.kill();
    }
}
