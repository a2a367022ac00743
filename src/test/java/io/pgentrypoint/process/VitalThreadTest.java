package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VitalThreadTest {

    private final StopRequest stop = new StopRequest();

    @Test
    void the_end_of_one_is_a_stop_that_waits_for_nobody() throws InterruptedException {
        VitalThread.start(
                        "ears",
                        stop,
                        () -> {
                            throw new OutOfMemoryError("of another's making");
                        })
                .join();
        assertThat(stop.failure()).contains("ears");
        assertThat(stop.requested()).contains(Signal.TERM);
        assertThat(stop.strength()).isEqualTo(StopRequest.ASKED_AGAIN);
    }

    @Test
    void one_that_has_done_its_work_ends_nothing() throws InterruptedException {
        VitalThread.start("ears", stop, () -> {}).join();
        assertThat(stop.failure()).isEmpty();
        assertThat(stop.strength()).isEqualTo(StopRequest.NONE);
    }

    @Test
    void a_failure_takes_nothing_back() {
        stop.request(Signal.QUIT);
        stop.fail("ears");
        assertThat(stop.strength()).isEqualTo(StopRequest.IMMEDIATE);
        assertThat(stop.failure()).contains("ears");
    }

    @Test
    void a_listener_that_fails_keeps_the_stop_from_no_other() {
        List<Integer> heard = new ArrayList<>();
        stop.onRequest(() -> {
            throw new OutOfMemoryError("of another's making");
        });
        stop.onRequest(() -> heard.add(stop.strength()));
        stop.request(Signal.TERM);
        assertThat(heard).containsExactly(StopRequest.ASKED);
    }
}
