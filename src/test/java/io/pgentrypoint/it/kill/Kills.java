package io.pgentrypoint.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.kit.Soundness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/// Which kills are tried: by default a few, others for each commit; the same again with
/// `-Dkill.seed=…`, only those of one scenario with `-Dkill.only=…`, many in `make soak`. The seed
/// is printed, and part of each name.
final class Kills {

    private Kills() {}

    /// What a scenario is tried with, one kill each.
    private interface Tries {
        Stream<DynamicTest> of(String name, Scenario scenario);
    }

    /// One scenario after the other is opened, killed in both ways, and closed.
    static Stream<DynamicNode> of(Map<String, Scenario.Opening> scenarios) {
        System.out.printf("kill.seed=%d%n", Limits.KILL_SEED);
        return scenarios.entrySet().stream()
                .filter(entry ->
                        Limits.KILL_ONLY.isEmpty() || entry.getKey().equals(Limits.KILL_ONLY))
                .map(entry ->
                        DynamicContainer.dynamicContainer(
                                entry.getKey(),
                                Stream.of(entry.getValue())
                                        .flatMap(opening -> {
                                            String name = entry.getKey();
                                            Scenario scenario = open(opening);
                                            return Stream.of(
                                                            tried(
                                                                    "after a write",
                                                                    WriteKills::of,
                                                                    name,
                                                                    scenario),
                                                            tried(
                                                                    "at an instant",
                                                                    InstantKills::of,
                                                                    name,
                                                                    scenario))
                                                    .onClose(scenario::close);
                                        })));
    }

    /// What cannot be tried one way, without strace for example, is tried the other way.
    private static DynamicNode tried(String way, Tries tries, String name, Scenario scenario) {
        return DynamicContainer.dynamicContainer(
                way, Stream.of(tries).flatMap(each -> each.of(name, scenario)));
    }

    private static Scenario open(Scenario.Opening opening) {
        try {
            return opening.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Each kill has a chance of its own, so that one of them is the same without the others.
    static Random chance(String scenario, int number) {
        return new Random(Limits.KILL_SEED + number * 1_000_003L + scenario.hashCode());
    }

    /// One of several kills of a scenario.
    ///
    /// @param way after a write, or at an instant
    /// @param number from 0
    record Which(String scenario, String way, int number, int of) {

        String name(String killed) {
            return "%s: killed %s, %d of %d, kill.seed=%d"
                    .formatted(scenario, killed, number + 1, of, Limits.KILL_SEED);
        }

        /// The same in each run with this seed: without names of temporary directories.
        String key() {
            return name(way);
        }
    }

    interface Kill {
        void of(ProcessNode node) throws IOException;
    }

    /// The start that follows it makes the volume whole, and one that is stale does no harm.
    static Stream<DynamicTest> test(
            Scenario scenario, Which which, String killed, Random chance, Kill kill) {
        if (DoneKills.contains(which.key())) {
            return Stream.empty();
        }
        String name = which.name(killed);
        return Stream.of(
                DynamicTest.dynamicTest(
                        name,
                        () -> {
                            try (ProcessNode node = scenario.fresh().node()) {
                                Soundness soundness = Soundness.guard(node.ownHome());
                                try {
                                    kill.of(node);
                                    scenario.stale().check(node, chance);
                                    assertConverges(scenario, node, soundness);
                                    DoneKills.add(which.key());
                                } catch (AssertionError e) {
                                    throw new AssertionError(name + ": " + node.said(), e);
                                }
                            }
                        }));
    }

    private static void assertConverges(Scenario scenario, ProcessNode node, Soundness soundness)
            throws IOException {
        Run run = scenario.again().run(node);
        scenario.whole().check(node, run);
        soundness.checkRunning();
        assertThat(run.stop().code()).isZero();
        soundness.checkAtRest();
    }
}
