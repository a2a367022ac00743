package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramsTest {

    @TempDir Path directory;

    private final StopRequest stop = new StopRequest();
    private final Programs programs = new Programs(stop);

    /// Whoever runs the tests as a background job of a shell has INT ignored, and so would have the
    /// children.
    @BeforeAll
    static void every_signal_counts() {
        if (Posix.available()) {
            SignalMask.heedAll();
        }
    }

    private static Command sh(String script) {
        return new Command("test", List.of("sh", "-c", script), Map.of("WORD", "word"));
    }

    @Test
    void code_and_both_outputs_are_captured() {
        assertThat(programs.run(sh("echo out; echo err >&2; exit 200")))
                .isEqualTo(new Outcome(200, "out\n", "err\n"));
    }

    @Test
    void a_signal_is_a_code_above_128() {
        assertThat(programs.run(sh("kill -KILL $$")).code()).isEqualTo(Signal.KILL.exitCode());
    }

    @Test
    void the_environment_is_whole_and_stdin_is_empty() {
        assertThat(programs.run(sh("env | grep -vE '^(PWD|SHLVL|_)='; cat")).stdout())
                .isEqualTo("WORD=word\n");
    }

    @Test
    void lines_of_stderr_come_while_the_program_runs() {
        Path pipe = directory.resolve("pipe");
        Command asks =
                new Command(
                        "test",
                        List.of("sh", "-c", "mkfifo $0; echo question >&2; cat $0", "" + pipe),
                        System.getenv());
        // The program ends only when it gets an answer, and it gets one only for its line.
        Outcome outcome = programs.run(asks, line -> answer(pipe, line));
        assertThat(outcome.stdout()).isEqualTo("answer to question");
    }

    private static void answer(Path pipe, String line) {
        try {
            Files.writeString(pipe, "answer to " + line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void of_a_long_output_the_end_is_kept() {
        String out = programs.run(sh("seq 1 200000; echo end")).stdout();
        assertThat(out).hasSizeBetween(200_000, 256 * 1024).endsWith("200000\nend\n");
    }

    @Test
    void what_a_descendant_that_lives_on_will_say_is_not_waited_for() {
        Outcome outcome = programs.run(sh("sleep 5 & echo started $!"));
        assertThat(outcome.stdout()).startsWith("started ");
        long pid = Long.parseLong(outcome.stdout().strip().substring("started ".length()));
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void nothing_starts_once_a_stop_is_requested() {
        stop.request(Signal.TERM);
        assertThatExceptionOfType(Stopped.class).isThrownBy(() -> programs.run(sh("exit 0")));
    }

    @Test
    void a_stop_ends_the_program_and_its_descendants() {
        LinkedBlockingQueue<String> pids = new LinkedBlockingQueue<>();
        assertThatExceptionOfType(Stopped.class)
                .isThrownBy(() ->
                        programs.run(
                                sh("sleep 1000 & echo $! >&2; wait"),
                                line -> {
                                    pids.add(line);
                                    stop.request(Signal.QUIT);
                                }))
                .satisfies(stopped -> assertThat(stopped.signal()).isEqualTo(Signal.QUIT));
        assertThat(runs(pids.element())).isFalse();
    }

    /// A zombie does not: who reaps it is not up to us here.
    private static boolean runs(String pid) {
        try {
            return !Files.readString(Path.of("/proc", pid, "status")).contains("State:\tZ");
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HUP", "INT", "QUIT", "USR1", "USR2", "TERM", "KILL"})
    void a_child_gets_each_signal(Signal signal) {
        Child child = programs.start(sh("exec sleep 1000"));
        child.signal(signal);
        assertThat(child.exit().join()).isEqualTo(signal.exitCode());
        assertThat(child.alive()).isFalse();
        child.signal(Signal.TERM);
    }

    @Test
    void a_program_that_is_not_there_is_a_refusal_with_127() {
        Command command = new Command("test", List.of("nosuchcmd"), Map.of("PATH", "/bin"));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> programs.run(command))
                .satisfies(refusal -> assertThat(refusal.exitCode()).isEqualTo(127))
                .withMessage("cannot run nosuchcmd: not found in PATH=/bin");
    }

    @Test
    void a_file_that_is_no_program_is_a_refusal_with_126() {
        Command command = new Command("test", List.of("/etc/passwd"), Map.of());
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> programs.start(command))
                .satisfies(refusal -> assertThat(refusal.exitCode()).isEqualTo(126));
    }

    @Test
    void a_command_does_not_print_its_environment() {
        assertThat(sh("true")).hasToString("test: sh -c true");
    }
}
