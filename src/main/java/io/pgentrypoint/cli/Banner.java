package io.pgentrypoint.cli;

import io.pgentrypoint.Entrypoint.Milestone;

/// The two lines that users and tools of the official image wait for, word for word.
final class Banner {

    private Banner() {}

    static void print(Milestone milestone) {
        System.out.println(
                switch (milestone) {
                    case INITIALIZED -> "\nPostgreSQL init process complete; ready for start up.\n";
                    case EXISTED ->
                            "\nPostgreSQL Database directory appears to contain a database; Skipping"
                                    + " initialization\n";
                });
        System.out.flush();
    }
}
