package io.pgentrypoint.execute.files;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;

/// Why a file is not written, nor moved.
final class Refusals {

    private Refusals() {}

    static Refusal linkToNothing(Path link, Path target) {
        return new Refusal(
                ExitCode.DATA,
                "cannot write %s: it is a link to %s, which is not there".formatted(link, target),
                """
                mount what it leads to, or remove the link and start again; nothing was overwritten\
                """);
    }

    static Refusal noParent(Path directory) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot use %s as a data directory: it has no parent".formatted(directory),
                "set PGDATA to a directory below the root");
    }

    static Refusal unwritableName(Path directory, String name) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot move what is in %s: the name of %s cannot be written down in this locale's \
                encoding\
                """
                        .formatted(directory, name),
                """
                rename that file, also on the primary when it came from there, and start again; \
                nothing was touched\
                """);
    }
}
