package io.pgentrypoint.execute.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptRunTest {

    @Test
    void the_bash_program_that_runs_scripts_lies_beside_the_class_that_starts_it() {
        assertThat(ScriptRun.class.getResource("scripts.bash")).isNotNull();
    }
}
