package io.pgentrypoint.plan;

import io.pgentrypoint.report.Measures;
import io.pgentrypoint.timeline.Ancestry;
import io.pgentrypoint.timeline.Loss;
import java.util.List;
import java.util.stream.Collectors;

/// What a node would lose of its own, as a sentence.
final class Preview {

    private static final int SHOWN = 10;

    private Preview() {}

    static String of(Ancestry.Diverged diverged, Loss loss) {
        return "the two part at "
                + diverged.fork()
                + " on timeline "
                + diverged.timeline()
                + "; beyond it this node alone has "
                + Measures.bytes(loss.bytes())
                + " of WAL up to "
                + diverged.end()
                + " with "
                + (loss.readToTheEnd() ? "" : "at least ")
                + (loss.commits() == 1 ? "1 commit" : loss.commits() + " commits")
                + relations(loss.touched());
    }

    private static String relations(List<Loss.Touched> touched) {
        if (touched.isEmpty()) {
            return ", in no relation";
        }
        String shown =
                touched.stream()
                        .limit(SHOWN)
                        .map(each -> relation(each) + " (" + each.changes() + ")")
                        .collect(Collectors.joining(", "));
        int more = touched.size() - SHOWN;
        return ", and these relations changed, with the number of changes: "
                + shown
                + (more > 0 ? ", and " + more + " more" : "");
    }

    private static String relation(Loss.Touched touched) {
        return touched.name()
                .map(name -> name + " [" + touched.node() + "]")
                .orElse(touched.node());
    }
}
