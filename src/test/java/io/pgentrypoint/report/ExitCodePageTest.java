package io.pgentrypoint.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/reference/exit-codes.md is written from the codes themselves.
class ExitCodePageTest {

    private static final String HEAD =
            """
            # Exit codes

            Generated from `ExitCode`; a test fails when this page is stale.

            "Retry helps" tells an orchestrator whether a start with the same environment can end better. With
            `no`, a restart loop only repeats the same refusal, and a person must look.

            | code | meaning | retry helps? |
            |---|---|---|
            """;

    private static final String FOOT =
            """
            | 128+n | ended by signal n: 143 after TERM, 130 after INT, before the server was started | – |
            | other | the code of the server or of a program that was run to prepare it, passed on; 137 when something killed it | – |

            A server that was stopped as asked ends with 0, also if a signal stopped it. A program that replaces
            the entrypoint (`docker run IMAGE psql …`) has its own codes.

            The last lines of every refusal say what cannot be done, and what to do about it.
            """;

    @Test
    void the_page_lists_every_code() {
        StringBuilder page = new StringBuilder(HEAD);
        for (ExitCode code : ExitCode.values()) {
            page.append("| ")
                    .append(code.code())
                    .append(" | ")
                    .append(code.meaning())
                    .append(" | ")
                    .append(
                            switch (code.retry()) {
                                case NEEDLESS -> "";
                                case HELPS -> "yes";
                                case USELESS -> "no";
                            })
                    .append(" |\n");
        }
        Golden.matches("../../../../../docs/reference/exit-codes.md", page.append(FOOT).toString());
    }

    @Test
    void codes_are_told_apart_and_taken_by_no_signal() {
        List<Integer> codes = Stream.of(ExitCode.values()).map(ExitCode::code).toList();
        assertThat(codes).doesNotHaveDuplicates().isSorted().allMatch(code -> code < 128);
    }
}
