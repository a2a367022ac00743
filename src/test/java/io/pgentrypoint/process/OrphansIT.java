package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OrphansIT {

    @Test
    void thousands_of_orphans_are_reaped_and_no_exit_code_is_stolen() throws IOException {
        try (ProbeRun probe = ProbeRun.masked("orphans", "3000")) {
            assertThat(probe.rest())
                    .containsExactly("source ended with 42", "wrong codes []", "zombies 0");
            assertThat(probe.exitCode()).isZero();
        }
    }
}
