package io.pgentrypoint.observe.wal;

import io.pgentrypoint.report.Measures;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a node would lose of its own by going back to a fork.
///
/// @param commits how many transactions were committed beyond the fork
/// @param touched relations that were changed there, those of users before the catalogs, the most
///   changed first
/// @param readToTheEnd false when the log could be read in part only: it is more then
public record Loss(long bytes, long commits, List<Touched> touched, boolean readToTheEnd) {

    private static final int SHOWN = 10;

    public Loss {
        touched = List.copyOf(touched);
    }

    /// The same as a sentence.
    public String sentence(Ancestry.Diverged diverged) {
        return """
        the two part at %s on timeline %s; beyond it this node alone has %s of WAL up to \
        %s with %s%s%s\
        """
                .formatted(
                        diverged.fork(),
                        diverged.timeline(),
                        Measures.bytes(bytes),
                        diverged.end(),
                        readToTheEnd ? "" : "at least ",
                        commits == 1 ? "1 commit" : commits + " commits",
                        relations());
    }

    private String relations() {
        if (touched.isEmpty()) {
            return ", in no relation";
        }
        String shown =
                touched.stream()
                        .limit(SHOWN)
                        .map(each -> relation(each) + " (" + each.changes() + ")")
                        .collect(Collectors.joining(", "));
        int more = touched.size() - SHOWN;
        return ", and these relations changed, with the number of changes: %s%s"
                .formatted(shown, more > 0 ? ", and %s more".formatted(more) : "");
    }

    private static String relation(Touched touched) {
        return touched.name()
                .map(name -> name + " [" + touched.node() + "]")
                .orElse(touched.node());
    }

    /// @param node tablespace, database and file node, as the log names a relation
    /// @param changes records about it
    /// @param name what it is called, where someone could be asked
    public record Touched(String node, long changes, Optional<String> name) {}
}
