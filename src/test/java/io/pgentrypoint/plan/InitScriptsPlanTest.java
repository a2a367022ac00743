package io.pgentrypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.observe.DataDirectory;
import io.pgentrypoint.settings.Environments;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitScriptsPlanTest {

    private static Plan plan(DataDirectory volume) {
        return Planner.plan(
                Environments.parse(Environments.standalone("POSTGRES_PASSWORD", "x")),
                Volumes.holds(volume).with(List.of("a.sql", "b.sh")));
    }

    @Test
    void init_scripts_that_are_left_alone_are_named_and_not_passed_over_in_silence() {
        assertThat(PlanText.lines(plan(new DataDirectory.Empty())))
                .contains(
                        "warning: this version does not run init scripts; left alone in"
                                + " /docker-entrypoint-initdb.d: a.sql, b.sh");
    }

    @Test
    void an_existing_cluster_would_not_run_them_anyway() {
        assertThat(plan(Volumes.primary(io.pgentrypoint.observe.ManagedFiles.none())).warnings())
                .isEmpty();
    }
}
