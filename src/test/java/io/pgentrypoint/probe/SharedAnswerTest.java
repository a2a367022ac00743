package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedAnswerTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicInteger asked = new AtomicInteger();
    private final Worker asking = new Worker("question", 1);

    @Test
    void a_thousand_at_once_are_one_question() throws InterruptedException, ExecutionException {
        CountDownLatch allWait = new CountDownLatch(1000);
        SharedAnswer<Integer> answer =
                new SharedAnswer<>(
                        () -> {
                            awaits(allWait);
                            return asked.incrementAndGet();
                        },
                        -1,
                        LONG,
                        Duration.ofHours(1),
                        asking);
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1000; i++) {
                answers.add(
                        threads.submit(() -> {
                            allWait.countDown();
                            return answer.get();
                        }));
            }
        }
        for (Future<Integer> each : answers) {
            assertThat(each.get()).isEqualTo(1);
        }
    }

    @Test
    void an_answer_counts_for_its_time_and_no_longer() {
        SharedAnswer<Integer> kept =
                new SharedAnswer<>(asked::incrementAndGet, -1, LONG, Duration.ofHours(1), asking);
        assertThat(kept.get()).isEqualTo(1);
        assertThat(kept.get()).isEqualTo(1);
        SharedAnswer<Integer> fresh =
                new SharedAnswer<>(asked::incrementAndGet, -1, LONG, Duration.ZERO, asking);
        assertThat(fresh.get()).isEqualTo(2);
        assertThat(fresh.get()).isEqualTo(3);
    }

    @Test
    void nobody_waits_longer_than_the_patience_and_no_second_question_is_asked() {
        CountDownLatch never = new CountDownLatch(1);
        SharedAnswer<Integer> stuck =
                new SharedAnswer<>(
                        () -> {
                            asked.incrementAndGet();
                            awaits(never);
                            return 1;
                        },
                        -1,
                        Duration.ofMillis(20),
                        Duration.ZERO,
                        asking);
        assertThat(stuck.get()).isEqualTo(-1);
        assertThat(stuck.get()).isEqualTo(-1);
        assertThat(asked).hasValueLessThanOrEqualTo(1);
        never.countDown();
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
