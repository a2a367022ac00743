package io.pgentrypoint.cli;

import io.pgentrypoint.plan.text.OfficialText;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.run.Milestone;

/// What users and tools of the official image wait for, word for word.
final class Banner {

    private Banner() {}

    static void print(Milestone milestone) {
        switch (milestone) {
            case TRUSTING -> print(OfficialText.trust());
            case NO_SCRIPTS -> {
                if (SystemEnvironment.logFormat() == LogFormat.TEXT) {
                    System.out.println(
                            "\n/usr/local/bin/docker-entrypoint.sh: ignoring"
                                    + " /docker-entrypoint-initdb.d/*\n");
                }
            }
            case INITIALIZED ->
                    System.out.println("\nPostgreSQL init process complete; ready for start up.\n");
            case EXISTED ->
                    System.out.println(
                            "\nPostgreSQL Database directory appears to contain a database; Skipping"
                                    + " initialization\n");
        }
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
