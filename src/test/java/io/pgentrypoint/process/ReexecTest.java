package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReexecTest {

    @Test
    void no_character_is_lost_in_the_c_locale_and_children_do_not_see_ours() throws IOException {
        String start = "export WORD=$(printf '\\303\\266'); exec \"$@\" $(printf '\\303\\244')";
        try (ProbeRun probe =
                ProbeRun.plain(
                        List.of("sh", "-c", start, "sh"), Map.of("LC_ALL", "C"), "characters")) {
            assertThat(probe.rest())
                    .containsExactly("[228] in", "[246] in", "c3 a4 20 c3 b6", "C .");
        }
    }

    @Test
    void our_own_variables_are_taken_out() {
        assertThat(
                        Reexec.undone(
                                Map.of(
                                        "ENTRYPOINT_REEXEC",
                                        "1",
                                        "_JAVA_SR_SIGNUM",
                                        "50",
                                        "A",
                                        "b")))
                .containsOnly(Map.entry("A", "b"));
    }

    @Test
    void the_locale_that_was_given_comes_back() {
        assertThat(Reexec.undone(Map.of("LC_ALL", "C.UTF-8", "ENTRYPOINT_LC_ALL", ""))).isEmpty();
        assertThat(Reexec.undone(Map.of("LC_ALL", "C.UTF-8", "ENTRYPOINT_LC_ALL", "POSIX")))
                .containsOnly(Map.entry("LC_ALL", "POSIX"));
        assertThat(Reexec.undone(Map.of("LC_ALL", "C", "ENTRYPOINT_LC_ALL", "")))
                .containsOnly(Map.entry("LC_ALL", "C"));
    }
}
