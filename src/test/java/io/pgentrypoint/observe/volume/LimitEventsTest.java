package io.pgentrypoint.observe.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitEventsTest {

    private static final String INITDB = "cannot create the cluster: initdb ended with code 1: ";
    private static final String NO_FORK = INITDB + "sh: 1: Cannot fork";
    private static final String KILLED =
            INITDB + "child process was terminated by signal 9: Killed";

    @TempDir Path groups;

    private static Refusal ended(int code, String reason) {
        return new Refusal(code, reason, "correct POSTGRES_INITDB_ARGS");
    }

    private void set(String file, String text) throws IOException {
        Files.createDirectories(groups.resolve(file).resolveSibling("."));
        Files.writeString(groups.resolve(file), text + "\n");
    }

    private LimitEvents read() {
        return LimitEvents.read(groups);
    }

    @Test
    void a_program_that_could_not_fork_ended_of_the_process_limit() throws IOException {
        set("pids.max", "24");
        set("pids.events", "max 3");
        assertThat(read().cause(ended(1, NO_FORK), true))
                .hasValueSatisfying(cause -> {
                    assertThat(cause.exitCode()).isEqualTo(ExitCode.SYSTEM.code());
                    assertThat(cause.reason())
                            .contains("Cannot fork")
                            .endsWith("because the limit of 24 processes and threads was reached");
                    assertThat(cause.remedy())
                            .contains("--pids-limit", "a node needs 50")
                            .doesNotContain("INITDB_ARGS");
                });
        assertThat(read().cause(ended(1, "cannot start the server: it ended with code 1"), true))
                .isPresent();
    }

    @Test
    void a_killed_program_ended_of_the_memory_limit_where_the_kernel_counts_a_kill()
            throws IOException {
        set("memory.max", String.valueOf(64L << 20));
        set("memory.events", "low 0\nmax 900\noom 1\noom_kill 0");
        assertThat(read().cause(ended(1, KILLED), true)).isEmpty();
        set("memory.events", "low 0\nmax 900\noom 1\noom_kill 1\noom_group_kill 0");
        assertThat(read().cause(ended(1, KILLED), true))
                .hasValueSatisfying(cause -> {
                    assertThat(cause.exitCode()).isEqualTo(ExitCode.SYSTEM.code());
                    assertThat(cause.reason()).contains("the memory limit of 64.0 MB was reached");
                    assertThat(cause.remedy()).contains("--memory", "96.0 MB");
                });
        Refusal server = ended(137, "cannot go on: the server ended by itself with code 137");
        assertThat(read().cause(server, false)).isPresent();
    }

    @Test
    void control_groups_of_the_first_version_say_the_same() throws IOException {
        set("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2");
        set("pids/pids.events", "max 7");
        assertThat(read().kills()).isEqualTo(2);
        assertThat(read().forks()).isEqualTo(7);
    }

    @Test
    void what_ended_for_another_reason_keeps_it() throws IOException {
        set("pids.events", "max 3");
        set("memory.events", "oom_kill 1");
        Refusal ours =
                new Refusal(ExitCode.CONFIGURATION, "cannot start: a wrong setting", "mend it");
        assertThat(read().cause(ours, true)).isEmpty();
        Refusal later = ended(1, "cannot go on: the server ended by itself with code 1");
        assertThat(read().cause(later, false)).isEmpty();
    }

    @Test
    void without_a_control_group_only_the_words_of_the_program_tell() {
        assertThat(read().cause(ended(1, KILLED), true)).isEmpty();
        assertThat(read().cause(ended(1, INITDB + "an unknown option"), true)).isEmpty();
        assertThat(read().cause(ended(1, NO_FORK), true))
                .hasValueSatisfying(cause ->
                        assertThat(cause.reason())
                                .endsWith("a limit of processes and threads was reached"));
    }
}
