package io.pgentrypoint.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Tells PID 1 of the primary to let a standby take its place.
@Command(
        name = SwitchoverControl.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Make a standby the primary, and this primary its standby.",
            """
            Run it on the primary of a cluster with REPLICATION_ROLE=auto. Nobody writes \
            while the standby replays the end of the WAL; no committed row is lost. A \
            standby that does not take over in time leaves this node the primary.\
            """
        })
final class SwitchoverCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NODE",
            description =
                    """
                    The node of CLUSTER_HOSTS that takes over (default: the standby that has \
                    received most).\
                    """)
    private @Nullable String node;

    @Option(
            names = "--dry-run",
            description = "Check everything, print the plan, do nothing; on any node.")
    private boolean dryRun;

    @Override
    public Integer call() {
        if (node != null && !node.matches("\\S+")) {
            throw new ParameterException(spec.commandLine(), "NODE must be one word");
        }
        return ControlOrder.give(spec, "switch over", SwitchoverControl.words(node, dryRun));
    }
}
