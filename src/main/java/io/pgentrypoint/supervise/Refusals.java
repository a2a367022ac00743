package io.pgentrypoint.supervise;

import io.pgentrypoint.report.Refusal;

/// Why the end of a server was not a good one.
final class Refusals {

    private static final String LAST_LINES = "its last lines say why";

    private Refusals() {}

    static Refusal notClean(int code, String state) {
        return new Refusal(
                code == 0 ? 1 : code,
                """
                cannot call this a clean stop: the server ended with code %s, and its control file \
                says "%s"\
                """
                        .formatted(code, state),
                """
                nothing is lost: the next start recovers from WAL first. Raise STOP_GRACE, and the \
                time limit of what stops the container (docker stop --time, \
                terminationGracePeriodSeconds), so that the server can end cleanly\
                """);
    }

    static Refusal endedByItself(int code) {
        return new Refusal(
                code,
                "cannot go on: the server ended by itself with code %s%s"
                        .formatted(code, meaning(code)),
                LAST_LINES);
    }

    static Refusal notStarted(int code) {
        return new Refusal(
                code,
                "cannot start the server: it ended with code %s%s".formatted(code, meaning(code)),
                LAST_LINES);
    }

    private static String meaning(int code) {
        if (code == 137) {
            return " (killed: by the kernel because memory ran out, or by somebody)";
        }
        return code > 128 ? " (signal %s)".formatted(code - 128) : "";
    }
}
