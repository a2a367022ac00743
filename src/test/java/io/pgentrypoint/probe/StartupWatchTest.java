package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.process.ProcessActivity;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartupWatchTest {

    private static final int QUIET = (int) StartupWatch.QUIET.toSeconds();

    private final AtomicLong clock = new AtomicLong();
    private final Progress progress = new Progress(clock::get);
    private final StartupWatch watch = new StartupWatch();
    private long cpuMillis;
    private long storage;

    private boolean getsOnAfter(int seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
        ProcessActivity activity =
                new ProcessActivity(Duration.ofMillis(cpuMillis), storage, List.of());
        return watch.getsOn(progress.now(), activity, Duration.ofNanos(clock.get()));
    }

    @Test
    void a_wait_for_the_primary_is_no_progress() {
        progress.enter(Phase.WAITING);
        cpuMillis = 10_000;
        assertThat(getsOnAfter(1)).isFalse();
    }

    @Test
    void a_wait_for_other_nodes_gets_on_while_they_are_asked() {
        progress.enter(Phase.WAITING);
        for (int minute = 1; minute < 600; minute++) {
            assertThat(getsOnAfter(QUIET - 1)).isEqualTo(minute > 1);
            progress.askedAgain();
        }
        assertThat(getsOnAfter(QUIET + 1)).isFalse();
    }

    @Test
    void a_clone_gets_on_while_bytes_come() {
        progress.enter(Phase.CLONING);
        for (int minute = 1; minute < 600; minute++) {
            progress.cloned(minute, 1000);
            assertThat(getsOnAfter(QUIET - 1)).isTrue();
        }
        assertThat(getsOnAfter(2)).isFalse();
        progress.cloned(700, 1000);
        assertThat(getsOnAfter(1)).isTrue();
    }

    @Test
    void a_recovery_gets_on_while_it_works() {
        progress.enter(Phase.LAUNCHED);
        for (int minute = 0; minute < 600; minute++) {
            cpuMillis += 60;
            assertThat(getsOnAfter(QUIET - 1)).isTrue();
        }
        assertThat(getsOnAfter(QUIET)).isFalse();
    }

    @Test
    void reading_storage_is_work_too() {
        progress.enter(Phase.LAUNCHED);
        assertThat(getsOnAfter(QUIET + 1)).isFalse();
        storage += 1 << 20;
        assertThat(getsOnAfter(QUIET + 1)).isTrue();
    }

    @Test
    void a_server_that_only_wakes_up_to_look_for_wal_does_not_get_on_however_long() {
        progress.enter(Phase.LAUNCHED);
        assertThat(getsOnAfter(QUIET + 1)).isFalse();
        for (int probe = 0; probe < 1000; probe++) {
            cpuMillis += 1;
            assertThat(getsOnAfter(5)).isFalse();
        }
    }

    @Test
    void a_program_that_ends_is_no_step_back() {
        progress.enter(Phase.PREPARING);
        cpuMillis = 50_000;
        assertThat(getsOnAfter(QUIET + 1)).isFalse();
        cpuMillis = 10;
        assertThat(getsOnAfter(1)).isFalse();
        cpuMillis = 100;
        assertThat(getsOnAfter(1)).isTrue();
    }

    @Test
    void a_stop_before_the_first_readiness_is_no_start() {
        progress.enter(Phase.LAUNCHED);
        progress.enter(Phase.STOPPING);
        assertThat(getsOnAfter(1)).isFalse();
    }
}
