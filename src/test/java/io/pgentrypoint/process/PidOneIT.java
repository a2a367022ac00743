package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PidOneIT {

    private static final List<Signal> ALL =
            List.of(
                    Signal.HUP,
                    Signal.INT,
                    Signal.QUIT,
                    Signal.USR1,
                    Signal.USR2,
                    Signal.QUIT,
                    Signal.HUP);

    @Test
    void each_signal_arrives_once_and_in_order() throws IOException {
        try (ProbeRun probe = ProbeRun.masked("signals")) {
            everySignalArrives(probe);
        }
    }

    @Test
    void each_signal_arrives_also_when_started_without_a_mask() throws IOException {
        try (ProbeRun probe = ProbeRun.unmasked("signals")) {
            everySignalArrives(probe);
        }
    }

    @Test
    void usr2_arrives_also_when_the_vm_would_take_it() throws IOException {
        try (ProbeRun probe = ProbeRun.maskedAlone("signals")) {
            everySignalArrives(probe);
        }
    }

    private static void everySignalArrives(ProbeRun probe) throws IOException {
        assertThat(probe.line()).isEqualTo("ready");
        for (Signal signal : ALL) {
            probe.send(signal);
            assertThat(probe.line()).isEqualTo(signal.name());
        }
        probe.send(Signal.TERM);
        assertThat(probe.rest()).containsExactly("TERM");
        assertThat(probe.exitCode()).isEqualTo(143);
    }

    @Test
    void a_stop_before_the_vm_is_up_is_not_lost() throws IOException {
        try (ProbeRun probe = ProbeRun.masked("signals")) {
            probe.send(Signal.TERM);
            assertThat(probe.rest()).containsExactly("ready", "TERM");
            assertThat(probe.exitCode()).isEqualTo(143);
        }
    }

    @Tag("timed")
    @Test
    void a_stop_ends_a_running_program_within_a_second() throws IOException {
        try (ProbeRun probe = ProbeRun.masked("stop", "sh", "-c", "echo up >&2; exec sleep 1000")) {
            assertThat(probe.line()).isEqualTo("up");
            Instant asked = Instant.now();
            probe.send(Signal.INT);
            assertThat(probe.exitCode()).isEqualTo(130);
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void a_stop_ends_also_a_program_that_does_not_listen() throws IOException {
        String deaf = "trap '' TERM; echo up >&2; sleep 1000; sleep 1000";
        try (ProbeRun probe = ProbeRun.masked("stop", "sh", "-c", deaf)) {
            assertThat(probe.line()).isEqualTo("up");
            probe.send(Signal.TERM);
            assertThat(probe.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void without_native_calls_a_stop_still_ends_with_its_code() throws IOException {
        try (ProbeRun probe =
                ProbeRun.withoutNativeCalls("stop", "sh", "-c", "echo up >&2; sleep 99")) {
            assertThat(probe.line()).contains("WARN").contains("orphans are not reaped");
            assertThat(probe.line()).isEqualTo("up");
            probe.send(Signal.TERM);
            assertThat(probe.exitCode()).isEqualTo(143);
        }
    }
}
