package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Measures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How far a replica may be behind: `max_lag=10MB`, `max_lag=5s`, or both. The units are those of
/// PostgreSQL's settings; a number alone is bytes.
record MaxLag(Optional<Long> bytes, Optional<Duration> time) {

    static final MaxLag ANY = new MaxLag(Optional.empty(), Optional.empty());

    private static final Pattern LIMIT = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    /// Of the same kind the last one counts.
    ///
    /// @throws IllegalArgumentException with what is understood
    static MaxLag parse(List<String> texts) {
        MaxLag limit = ANY;
        for (String text : texts) {
            Matcher match = LIMIT.matcher(text.strip());
            Long byteUnit = match.matches() ? BYTES.get(match.group(2)) : null;
            Long milliUnit = match.matches() ? MILLIS.get(match.group(2)) : null;
            try {
                if (byteUnit != null) {
                    limit = new MaxLag(Optional.of(product(match, byteUnit)), limit.time);
                } else if (milliUnit != null) {
                    Duration time = Duration.ofMillis(product(match, milliUnit));
                    limit = new MaxLag(limit.bytes, Optional.of(time));
                } else {
                    throw unknown(text);
                }
            } catch (ArithmeticException e) {
                throw unknown(text);
            }
        }
        return limit;
    }

    private static long product(Matcher match, long unit) {
        return Math.multiplyExact(Long.parseLong(match.group(1)), unit);
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                """
                max_lag=%s is not understood: write a size (B, kB, MB, GB, TB) or a time (ms, s, \
                min, h, d), for example max_lag=10MB or max_lag=5s\
                """
                        .formatted(text));
    }

    /// Why this standby is too far behind; empty when it is not. What is not known is too much.
    Optional<String> exceededBy(Standby standby) {
        return bytes.flatMap(limit -> exceeded(limit, standby.replay().lagBytes()))
                .or(() -> time.flatMap(limit -> exceeded(limit, standby.replay().lagSeconds())));
    }

    private static Optional<String> exceeded(long limit, @Nullable Long behind) {
        if (behind == null) {
            return Optional.of("cannot know its lag in bytes");
        }
        return behind > limit
                ? Optional.of(
                        "is %s behind, more than %s"
                                .formatted(Measures.bytes(behind), Measures.bytes(limit)))
                : Optional.empty();
    }

    private static Optional<String> exceeded(Duration limit, @Nullable Double behind) {
        if (behind == null) {
            return Optional.of(
                    """
                    cannot know its lag in time: there is something to replay, and no commit was \
                    replayed since the server was started\
                    """);
        }
        return behind * 1000 > limit.toMillis()
                ? Optional.of(
                        "is %s behind, more than %s"
                                .formatted(
                                        Measures.seconds(behind),
                                        Measures.seconds(limit.toMillis() / 1e3)))
                : Optional.empty();
    }
}
