package io.pgentrypoint.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgentrypoint.process.Signal;
import io.pgentrypoint.process.StopRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopLadderTest {

    private static final Duration GRACE = Duration.ofSeconds(60);

    private final List<Signal> sent = new ArrayList<>();
    private boolean serverIsReady = true;

    private StopLadder ladder(StopSchedule schedule) {
        return new StopLadder(schedule, () -> serverIsReady, sent::add, () -> "nothing");
    }

    @Test
    void a_fast_stop_waits_for_its_checkpoint() {
        StopLadder ladder = ladder(StopSchedule.fast(GRACE));
        ladder.rise(StopRequest.ASKED);
        ladder.tick();
        assertThat(sent).isEmpty();
        ladder.checkpointEnded();
        assertThat(sent).containsExactly(Signal.INT);
    }

    @Test
    void without_a_server_that_answers_there_is_no_checkpoint() {
        serverIsReady = false;
        ladder(StopSchedule.fast(GRACE)).rise(StopRequest.ASKED);
        assertThat(sent).containsExactly(Signal.INT);
    }

    @Test
    void each_further_request_is_one_rung_more_forceful() {
        StopLadder ladder = ladder(StopSchedule.fast(GRACE));
        ladder.rise(StopRequest.ASKED);
        ladder.rise(StopRequest.ASKED_AGAIN);
        assertThat(sent).containsExactly(Signal.INT);
        ladder.rise(StopRequest.IMMEDIATE);
        assertThat(sent).containsExactly(Signal.INT, Signal.QUIT);
    }

    @Test
    void two_requests_that_come_as_one_are_fast() {
        StopLadder ladder = ladder(StopSchedule.fast(GRACE));
        ladder.rise(StopRequest.ASKED_AGAIN);
        ladder.rise(StopRequest.ASKED_AGAIN);
        assertThat(sent).containsExactly(Signal.INT);
    }

    @Test
    void a_signal_that_could_not_be_sent_is_sent_when_asked_once_more() {
        List<Signal> tried = new ArrayList<>();
        StopLadder ladder =
                new StopLadder(
                        StopSchedule.fast(GRACE),
                        () -> false,
                        signal -> {
                            tried.add(signal);
                            if (tried.size() < 3) {
                                throw new OutOfMemoryError("of another's making");
                            }
                        },
                        () -> "nothing");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> ladder.rise(StopRequest.ASKED))
                    .isInstanceOf(OutOfMemoryError.class);
        }
        ladder.rise(StopRequest.ASKED);
        ladder.rise(StopRequest.ASKED);
        assertThat(tried).containsExactly(Signal.INT, Signal.INT, Signal.INT);
    }

    @Test
    void a_checkpoint_that_ends_late_takes_nothing_back() {
        StopLadder ladder = ladder(StopSchedule.fast(GRACE));
        ladder.rise(StopRequest.ASKED);
        ladder.rise(StopRequest.IMMEDIATE);
        ladder.checkpointEnded();
        assertThat(sent).containsExactly(Signal.QUIT);
    }

    @Test
    void a_second_request_after_the_checkpoint_is_immediate() {
        StopLadder ladder = ladder(StopSchedule.fast(GRACE));
        ladder.rise(StopRequest.ASKED);
        ladder.checkpointEnded();
        ladder.rise(StopRequest.ASKED_AGAIN);
        assertThat(sent).containsExactly(Signal.INT, Signal.QUIT);
    }

    @Test
    void quit_is_immediate_and_needs_no_more() {
        StopLadder ladder = ladder(StopSchedule.fast(GRACE));
        ladder.rise(StopRequest.IMMEDIATE);
        ladder.tick();
        assertThat(sent).containsExactly(Signal.QUIT);
    }

    @Test
    void a_smart_stop_is_a_fast_one_when_asked_again() {
        StopLadder ladder = ladder(StopSchedule.smart(GRACE));
        ladder.rise(StopRequest.ASKED);
        ladder.rise(StopRequest.ASKED_AGAIN);
        assertThat(sent).containsExactly(Signal.TERM, Signal.INT);
    }

    @Test
    void each_rung_ends_with_its_time() {
        Duration over = Duration.ofNanos(1);
        StopLadder ladder = ladder(new StopSchedule(Duration.ZERO, over, over));
        ladder.rise(StopRequest.ASKED);
        ladder.tick();
        ladder.tick();
        ladder.tick();
        assertThat(sent).containsExactly(Signal.TERM, Signal.INT, Signal.QUIT);
    }

    @Test
    void no_time_at_all_means_immediate() {
        ladder(StopSchedule.fast(Duration.ZERO)).rise(StopRequest.ASKED);
        assertThat(sent).containsExactly(Signal.QUIT);
    }

    @Test
    void stop_mode_immediate_sends_nothing_else() {
        ladder(StopSchedule.immediate()).rise(StopRequest.ASKED);
        assertThat(sent).containsExactly(Signal.QUIT);
    }

    @Test
    void of_a_minute_half_of_what_is_not_kept_goes_to_the_checkpoint() {
        assertThat(StopSchedule.fast(GRACE))
                .isEqualTo(
                        new StopSchedule(
                                Duration.ofMillis(27_500), Duration.ZERO, Duration.ofSeconds(55)));
    }

    @Test
    void of_a_minute_sessions_have_more_than_half() {
        assertThat(StopSchedule.smart(GRACE))
                .isEqualTo(
                        new StopSchedule(
                                Duration.ZERO, Duration.ofSeconds(35), Duration.ofSeconds(55)));
    }

    @Test
    void of_ten_seconds_two_are_kept_for_the_immediate_shutdown() {
        assertThat(StopSchedule.fast(Duration.ofSeconds(10)).fast()).hasSeconds(8);
    }
}
