package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final AtomicLong clock = new AtomicLong(17);
    private final Progress progress = new Progress(clock::get);

    private void pass(int seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void time_is_summed_over_several_stays_in_a_phase() {
        pass(1);
        progress.enter(Phase.PREPARING);
        pass(2);
        progress.enter(Phase.WAITING);
        pass(3);
        progress.enter(Phase.PREPARING);
        pass(4);
        assertThat(progress.now().spent())
                .containsEntry(Phase.STARTING, Duration.ofSeconds(1))
                .containsEntry(Phase.PREPARING, Duration.ofSeconds(6))
                .containsEntry(Phase.WAITING, Duration.ofSeconds(3))
                .doesNotContainKey(Phase.RUNNING);
        assertThat(progress.now().inPhase()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void only_new_bytes_are_a_move() {
        progress.enter(Phase.CLONING);
        pass(5);
        progress.cloned(10, 100);
        pass(7);
        progress.cloned(10, 100);
        assertThat(progress.now().sinceMoved()).isEqualTo(Duration.ofSeconds(7));
        progress.cloned(11, 100);
        assertThat(progress.now().sinceMoved()).isZero();
    }

    @Test
    void another_reason_to_wait_is_no_move() {
        progress.enter(Phase.WAITING);
        pass(9);
        progress.detail("its name cannot be resolved");
        assertThat(progress.now().sinceMoved()).isEqualTo(Duration.ofSeconds(9));
        assertThat(progress.now().detail()).isEqualTo("its name cannot be resolved");
        progress.enter(Phase.PREPARING);
        assertThat(progress.now().detail()).isEmpty();
    }

    @Test
    void a_late_readiness_does_not_undo_a_stop() {
        progress.enter(Phase.LAUNCHED);
        progress.enter(Phase.STOPPING);
        progress.enter(Phase.RUNNING, Phase.LAUNCHED);
        assertThat(progress.phase()).isEqualTo(Phase.STOPPING);
        assertThat(progress.now().ran()).isFalse();
    }
}
