package io.pgentrypoint.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Tells PID 1 to make this replica the primary.
@Command(
        name = PromoteControl.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Make this running replica a primary, on a timeline of its own.",
            """
            Refused with 76 while its primary answers, or a primary among PEER_HOSTS, or \
            a standby there that has received more. The next start needs \
            REPLICATION_ROLE=primary.\
            """
        })
final class PromoteCommand implements Callable<Integer> {

    private static final int LONGEST = 86_400;

    @Spec private CommandSpec spec;

    @Option(
            names = "--even-if-primary-answers",
            description = {
                """
                Only warn of a primary that lives and of what the peers say. When one \
                lives, both take writes under one system identifier, and what one of them \
                has written is lost in the end.\
                """
            })
    private boolean evenIfPrimaryAnswers;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    """
                    For what was received to be replayed, and again for the promotion \
                    (default: 60). A promotion cannot be cancelled: past its time this \
                    command ends with 69, and PID 1 brings it to its end.\
                    """)
    private int seconds = 60;

    @Override
    public Integer call() {
        if (seconds < 1 || seconds > LONGEST) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--timeout must be between 1 and %s seconds".formatted(LONGEST));
        }
        return ControlOrder.give(
                spec, "promote", PromoteControl.words(evenIfPrimaryAnswers, seconds));
    }
}
