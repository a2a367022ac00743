package io.pgentrypoint.cli;

import io.pgentrypoint.Entrypoint.Milestone;
import io.pgentrypoint.plan.OfficialText;

/// What users and tools of the official image wait for, word for word.
final class Banner {

    private Banner() {}

    static void print(Milestone milestone) {
        switch (milestone) {
            case TRUSTING -> System.err.print(OfficialText.trust());
            case INITIALIZED ->
                    System.out.println("\nPostgreSQL init process complete; ready for start up.\n");
            case EXISTED ->
                    System.out.println(
                            "\nPostgreSQL Database directory appears to contain a database; Skipping"
                                    + " initialization\n");
        }
        System.out.flush();
        System.err.flush();
    }
}
