package io.pgentrypoint.probe;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One question to the server at a time, and its answer for all who ask meanwhile and shortly
/// after. However many probe at once, the server sees one connection; however slow it is, nobody
/// waits for a question longer than the timeout, counted from when it was asked.
final class SharedAnswer<T> {

    private final Supplier<T> question;
    private final T tooLate;
    private final Duration timeout;
    private final long keptNanos;
    private final Executor asking;
    private @Nullable Flight<T> flight;

    /// @param tooLate what is said when the answer takes longer than the timeout
    /// @param kept how long an answer counts, from when it was asked for
    /// @param asking does one question after the other
    SharedAnswer(
            Supplier<T> question, T tooLate, Duration timeout, Duration kept, Executor asking) {
        this.asking = asking;
        this.question = question;
        this.tooLate = tooLate;
        this.timeout = timeout;
        this.keptNanos = kept.toNanos();
    }

    T get() {
        Flight<T> flight = current();
        long left = timeout.toNanos() - (System.nanoTime() - flight.since());
        try {
            return flight.answer().get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return tooLate;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return tooLate;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private record Flight<T>(CompletableFuture<T> answer, long since) {}

    private synchronized Flight<T> current() {
        Flight<T> last = flight;
        if (last != null
                && (!last.answer().isDone() || System.nanoTime() - last.since() < keptNanos)) {
            return last;
        }
        Flight<T> next = new Flight<>(new CompletableFuture<>(), System.nanoTime());
        // First, so that one which cannot be asked is not waited for.
        asking.execute(() -> ask(next.answer()));
        flight = next;
        return next;
    }

    private void ask(CompletableFuture<T> answer) {
        try {
            answer.complete(question.get());
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }
}
