package io.pgentrypoint.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What `--help` shows.
@Command(
        name = "entrypoint",
        description = {
            "The entrypoint of a PostgreSQL container.",
            "",
            """
            Without a command, with @|bold postgres|@ or with arguments that start with \
            -, it prepares the data directory and runs the server as its child. Any other \
            word is a program that replaces it. At a prompt it shows this help without a \
            command; @|bold run|@ starts the server there.\
            """,
            ""
        },
        synopsisHeading = "Usage: ",
        customSynopsis = {
            "entrypoint [postgres] [SERVER ARGUMENT]...",
            "       entrypoint COMMAND [OPTION]...",
            "       entrypoint PROGRAM [ARGUMENT]...",
            ""
        },
        versionProvider = Version.class,
        commandListHeading = "Commands:%n",
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Everything is set by environment variables: entrypoint variables lists them.",
            "entrypoint help COMMAND shows the options of a command.",
            """
            Exit codes: 0 stopped as asked, 64 command line, 65 data directory, 69 \
            primary not usable, 73 cannot write, 74 disk, 75 in use elsewhere, 76 would \
            lose data, 77 secret file, 78 configuration, 128+n ended by signal n; others \
            are the server's.\
            """
        })
@SuppressWarnings("UnusedVariable") // picocli reads them
final class RootCommand {

    // Without their usual letters: -h and -V are the server's, as all that starts with one dash is.
    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
    private boolean version;
}
