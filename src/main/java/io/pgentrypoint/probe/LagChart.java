package io.pgentrypoint.probe;

import io.pgentrypoint.report.Measures;
import java.util.Arrays;

/// The lag of the last ten minutes as a line.
final class LagChart {

    private static final int STEP = 5;
    private static final int WIDTH = (Lags.SLOTS - 1) * STEP;
    private static final int HEIGHT = 60;
    private static final int EDGE = 4;

    /// Slots between two answers that still belong together: HEALTHCHECK asks every 30 s.
    private static final int LONGEST_GAP = 18;

    private LagChart() {}

    /// @param lags the oldest first
    /// @param of whose lag it is
    static Html of(long[] lags, String of) {
        long most = Arrays.stream(lags).max().orElse(Lags.UNKNOWN);
        if (most == Lags.UNKNOWN) {
            return Html.of("<p>No lag is known.</p>\n");
        }
        long last = Arrays.stream(lags).filter(lag -> lag != Lags.UNKNOWN).reduce(0, (_, b) -> b);
        String said =
                "%s: %s at last, %s at most"
                        .formatted(of, Measures.bytes(last), Measures.bytes(most));
        return Html.of(
                """
                <figure>
                <svg viewBox="%s %s %s %s" preserveAspectRatio="none" role="img" aria-label="%s">
                <line class="axis" x1="0" y1="%s" x2="%s" y2="%s"/>
                <path class="line" d="%s"/>
                </svg>
                <p class="axis" aria-hidden="true"><span>10 min ago</span><span>now</span></p>
                <figcaption>%s.</figcaption>
                </figure>
                """,
                -EDGE,
                -EDGE,
                WIDTH + 2 * EDGE,
                HEIGHT + 2 * EDGE,
                "Lag of the last ten minutes. " + said,
                HEIGHT,
                WIDTH,
                HEIGHT,
                path(lags, Math.max(1, most)),
                said);
    }

    /// A point without neighbours is a line of no length, which round caps make visible.
    private static String path(long[] lags, long most) {
        StringBuilder path = new StringBuilder();
        int before = -LONGEST_GAP - 1;
        for (int slot = 0; slot < lags.length; slot++) {
            if (lags[slot] != Lags.UNKNOWN) {
                long y = HEIGHT - Math.round((double) lags[slot] * HEIGHT / most);
                String point = "%d %d".formatted(slot * STEP, y);
                path.append(slot - before > LONGEST_GAP ? "M" + point + "L" : "L").append(point);
                before = slot;
            }
        }
        return path.toString();
    }
}
