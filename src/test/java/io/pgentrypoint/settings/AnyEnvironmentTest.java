package io.pgentrypoint.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.HostileText;
import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every environment is either accepted or explained.
class AnyEnvironmentTest {

    @Test
    void it_is_accepted_or_every_problem_of_it_is_explained() {
        int accepted = 0;
        for (int i = 0; i < Limits.ENVIRONMENTS; i++) {
            long seed = HostileText.FIRST_SEED + i;
            Map<String, String> environment = RandomEnvironments.of(seed);
            try {
                Settings settings = Environments.parse(environment);
                accepted++;
                assertThat(settings.toString())
                        .as("seed %d", seed)
                        .doesNotContain(RandomEnvironments.MARK);
                assertExplained(seed, settings.warnings());
            } catch (InvalidSettings e) {
                assertThat(e.problems()).as("seed %d", seed).anyMatch(Problem::isError);
                assertThat(e.exitCode()).as("seed %d", seed).isIn(77, 78);
                assertExplained(seed, e.problems());
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        // The generator makes enough of both kinds to say anything.
        assertThat(accepted).isBetween(Limits.ENVIRONMENTS / 10, Limits.ENVIRONMENTS * 9 / 10);
    }

    private static void assertExplained(long seed, List<Problem> problems) {
        for (Problem problem : problems) {
            assertThat(problem.variable()).as("seed %d", seed).isNotBlank();
            assertThat(problem.rule()).as("seed %d", seed).isNotBlank();
            assertThat(problem.remedy()).as("seed %d", seed).isNotBlank();
            assertThat(problem.sentence())
                    .as("seed %d", seed)
                    .doesNotContain(RandomEnvironments.MARK);
        }
    }
}
