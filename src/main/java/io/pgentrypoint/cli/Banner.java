package io.pgentrypoint.cli;

import io.pgentrypoint.plan.text.OfficialText;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.run.Milestone;

/// What users and tools of the official image wait for, word for word.
final class Banner {

    private Banner() {}

    static void print(Milestone milestone) {
        switch (milestone) {
            case TRUSTING -> print(OfficialText.trust());
            case NO_SCRIPTS ->
                    say(
                            "/usr/local/bin/docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/*");
            case INITIALIZED -> say("PostgreSQL init process complete; ready for start up.");
            case EXISTED ->
                    say(
                            """
                            PostgreSQL Database directory appears to contain a database; \
                            Skipping initialization\
                            """);
        }
    }

    /// On stdout, between empty lines, or as an object: tools search for the text in both.
    private static void say(String text) {
        System.out.println(
                switch (SystemEnvironment.logFormat()) {
                    case TEXT -> "\n%s\n".formatted(text);
                    case JSON -> Logging.json(text);
                });
        System.out.flush();
    }

    /// As it is, without our prefix, since whole lines are searched for. Where each line is an
    /// object there is none; the log says the same in other words.
    static void print(String officialText) {
        if (SystemEnvironment.logFormat() == LogFormat.TEXT) {
            System.err.print(officialText);
            System.err.flush();
        }
    }
}
