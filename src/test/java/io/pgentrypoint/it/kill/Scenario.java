package io.pgentrypoint.it.kill;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;

/// Something that a start does to a volume, and how to tell afterwards that all of it was done.
///
/// @param order what a node that serves is told, where it is no start; `entrypoint init` does the
///   others too
/// @param fresh a node that is about to do it, each time on a volume of its own
/// @param begin starts it; the instants of kills count from here
/// @param again the next start, until the node serves; nothing that is not whole may come so far
/// @param stale a start with the environment from before
/// @param whole the content, and that it is what was asked for
/// @param beside other nodes that it takes
record Scenario(
        Optional<String> order,
        Fresh fresh,
        Begin begin,
        Stale stale,
        Begin again,
        Whole whole,
        AutoCloseable beside)
        implements AutoCloseable {

    interface Fresh {
        ProcessNode node() throws IOException;
    }

    interface Begin {
        Run run(ProcessNode node) throws IOException;
    }

    /// Of a copy of what a kill has left.
    interface Stale {
        void check(ProcessNode killed, Random chance) throws IOException;
    }

    interface Whole {
        void check(ProcessNode node, Run run) throws IOException;
    }

    /// Made when it is its turn: most take a primary and a replica of it.
    interface Opening {
        Scenario open() throws IOException;
    }

    static Scenario of(Fresh fresh, Whole whole, AutoCloseable beside) {
        return new Scenario(
                Optional.empty(),
                fresh,
                ProcessNode::start,
                (killed, chance) -> {},
                ProcessNode::serve,
                whole,
                beside);
    }

    Scenario orders(String told, Begin afterwards) {
        Begin telling =
                node -> {
                    Run run = node.serve();
                    Run _ = node.start(told);
                    run.await(told + ": ", 60);
                    return run;
                };
        return new Scenario(Optional.of(told), fresh, telling, stale, afterwards, whole, beside);
    }

    Scenario startsAgainBy(Begin other) {
        return new Scenario(order, fresh, begin, stale, other, whole, beside);
    }

    Scenario mayBeStale(Stale start) {
        return new Scenario(order, fresh, begin, start, again, whole, beside);
    }

    @Override
    public void close() {
        try {
            beside.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
