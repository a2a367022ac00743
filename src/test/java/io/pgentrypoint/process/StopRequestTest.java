package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StopRequestTest {

    private final StopRequest stop = new StopRequest();

    @Test
    void the_strength_only_rises() {
        List<Integer> risen = new ArrayList<>();
        stop.onRequest(() -> risen.add(stop.strength()));

        List.of(Signal.INT, Signal.TERM, Signal.TERM, Signal.QUIT, Signal.INT)
                .forEach(stop::request);

        assertThat(risen)
                .containsExactly(StopRequest.ASKED, StopRequest.ASKED_AGAIN, StopRequest.IMMEDIATE);
        assertThat(stop.requested()).contains(Signal.TERM);
    }

    @Test
    void a_listener_that_comes_late_is_told_at_once() {
        stop.request(Signal.TERM);
        List<Signal> heard = new ArrayList<>();
        stop.onRequest(() -> heard.addAll(stop.requested().stream().toList()));
        assertThat(heard).containsExactly(Signal.TERM);
    }

    @Test
    void nothing_is_thrown_before_a_request() {
        stop.throwIfRequested();
        stop.pause(Duration.ofMillis(1));
        assertThat(stop.strength()).isEqualTo(StopRequest.NONE);
    }

    @Test
    void a_pause_ends_with_the_request() {
        Thread.ofVirtual().start(() -> stop.request(Signal.TERM));
        assertThatExceptionOfType(Stopped.class)
                .isThrownBy(() -> stop.pause(Duration.ofHours(1)))
                .satisfies(stopped -> assertThat(stopped.exitCode()).isEqualTo(143));
    }

    @Test
    void a_third_request_is_as_strong_as_quit() {
        List.of(Signal.INT, Signal.TERM, Signal.TERM).forEach(stop::request);
        assertThat(stop.strength()).isEqualTo(StopRequest.IMMEDIATE);
    }

    @Test
    void work_that_does_not_listen_is_left_to_itself() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> {
                    await(begun);
                    stop.request(Signal.INT);
                });
        assertThatExceptionOfType(Stopped.class)
                .isThrownBy(() ->
                        stop.orStop(() -> {
                            begun.countDown();
                            await(never);
                            return 0;
                        }));
    }

    @Test
    void work_that_ends_gives_its_result_or_its_failure() {
        assertThat(stop.<Integer>orStop(() -> 42)).isEqualTo(42);
        assertThatThrownBy(() ->
                        stop.orStop(() -> {
                            throw new IllegalStateException("why");
                        }))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("why");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_signal_that_does_not_mean_stop_is_a_mistake() {
        assertThatThrownBy(() -> stop.request(Signal.HUP))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
