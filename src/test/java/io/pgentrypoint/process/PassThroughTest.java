package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassThroughTest {

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void arguments_and_variables_arrive_byte_for_byte(String locale) throws IOException {
        // A shell makes the bytes: this VM could not pass an invalid one on itself.
        String start =
                "export WORD=$(printf '\\344'); exec \"$@\" '' 'a b' $(printf '\\377\\303\\244(')";
        String show = "printf '%s|' \"$@\"; printf '%s' \"$WORD\"";
        try (ProbeRun probe =
                ProbeRun.plain(
                        List.of("sh", "-c", start, "sh"),
                        Map.of("LC_ALL", locale),
                        "exec",
                        "sh",
                        "-c",
                        show,
                        "sh")) {
            assertThat(probe.rest()).containsExactly("|a b|\u00ff\u00c3\u00a4(|\u00e4");
            assertThat(probe.exitCode()).isZero();
        }
    }

    @Test
    void the_program_gets_an_empty_mask_and_no_descriptor_of_ours() throws IOException {
        // No pipe: the shell would have its ends open for a moment, and ls could see them.
        String look = "grep SigBlk /proc/self/status; ls -m /proc/$$/fd; exit 7";
        try (ProbeRun probe = ProbeRun.masked("exec", "bash", "-c", look)) {
            assertThat(probe.line()).isEqualTo("SigBlk:\t0000000000000000");
            assertThat(probe.line()).isEqualTo("0, 1, 2");
            assertThat(probe.exitCode()).isEqualTo(7);
        }
    }

    @Test
    void a_program_that_is_not_there_is_127() throws IOException {
        try (ProbeRun probe =
                ProbeRun.plain(List.of(), Map.of("PATH", "/nowhere:/bin"), "exec", "nosuchcmd")) {
            assertThat(probe.line())
                    .startsWith("cannot run nosuchcmd: not found in PATH=/nowhere:/bin;");
            assertThat(probe.exitCode()).isEqualTo(127);
        }
    }

    @Test
    void a_file_that_is_no_program_is_126() throws IOException {
        try (ProbeRun probe = ProbeRun.plain(List.of(), Map.of(), "exec", "/etc/passwd")) {
            assertThat(probe.line()).startsWith("cannot run /etc/passwd: not an executable file");
            assertThat(probe.exitCode()).isEqualTo(126);
        }
    }

    @Test
    void a_script_whose_interpreter_is_missing_is_127_with_the_reason_of_the_kernel()
            throws IOException {
        Path script = script("#!/no/such/interpreter\n");
        try (ProbeRun probe = ProbeRun.plain(List.of(), Map.of(), "exec", script.toString())) {
            assertThat(probe.line()).contains("No such file or directory (errno 2)");
            assertThat(probe.exitCode()).isEqualTo(127);
        }
    }

    @Test
    void a_script_without_a_first_line_is_run_by_the_shell() throws IOException {
        Path script = script("echo \"$0 $1\"; exit 3\n");
        try (ProbeRun probe =
                ProbeRun.plain(List.of(), Map.of(), "exec", script.toString(), "word")) {
            assertThat(probe.rest()).containsExactly(script + " word");
            assertThat(probe.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void without_native_calls_the_program_runs_as_a_child_and_its_code_is_passed_on()
            throws IOException {
        try (ProbeRun probe = ProbeRun.withoutNativeCalls("exec", "sh", "-c", "echo hi; exit 9")) {
            assertThat(probe.rest()).containsExactly("hi");
            assertThat(probe.exitCode()).isEqualTo(9);
        }
    }

    private Path script(String content) throws IOException {
        Path script = directory.resolve("script");
        Files.writeString(script, content);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
