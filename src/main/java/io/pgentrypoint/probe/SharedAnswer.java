package io.pgentrypoint.probe;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One question to the server at a time, and its answer for all who ask meanwhile and shortly
/// after. However many probe at once, the server sees one connection; however slow it is, nobody
/// waits longer than the patience.
final class SharedAnswer<T> {

    private final Supplier<T> question;
    private final T tooLate;
    private final Duration patience;
    private final long keptNanos;
    private @Nullable CompletableFuture<T> flight;
    private long since;

    /// @param tooLate what is said when the answer takes longer than the patience
    /// @param kept how long an answer counts, from when it was asked for
    SharedAnswer(Supplier<T> question, T tooLate, Duration patience, Duration kept) {
        this.question = question;
        this.tooLate = tooLate;
        this.patience = patience;
        this.keptNanos = kept.toNanos();
    }

    T get() {
        return current()
                .copy()
                .completeOnTimeout(tooLate, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private synchronized CompletableFuture<T> current() {
        CompletableFuture<T> last = flight;
        if (last != null && (!last.isDone() || System.nanoTime() - since < keptNanos)) {
            return last;
        }
        CompletableFuture<T> next = new CompletableFuture<>();
        flight = next;
        since = System.nanoTime();
        Thread.ofPlatform()
                .daemon()
                .name("question")
                .start(() -> {
                    try {
                        next.complete(question.get());
                    } catch (RuntimeException | Error e) {
                        next.completeExceptionally(e);
                    }
                });
        return next;
    }
}
