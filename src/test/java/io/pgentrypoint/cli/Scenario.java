package io.pgentrypoint.cli;

import java.io.IOException;

/// Something that a start does to a volume, and how to tell afterwards that all of it was done.
///
/// @param init whether `entrypoint init` does it too
/// @param fresh a node that is about to do it, each time on a volume of its own
/// @param begin starts it; the instants of kills count from here
/// @param again the next start, until the node serves; nothing that is not whole may come so far
/// @param whole the content, and that it is what was asked for
/// @param beside other nodes that it takes
record Scenario(
        boolean init, Fresh fresh, Begin begin, Begin again, Whole whole, AutoCloseable beside)
        implements AutoCloseable {

    interface Fresh {
        Node node() throws IOException;
    }

    interface Begin {
        Run run(Node node) throws IOException;
    }

    interface Whole {
        void check(Node node, Run run) throws IOException;
    }

    /// Made when it is its turn: most take a primary and a replica of it.
    interface Opening {
        Scenario open() throws IOException;
    }

    static Scenario of(Fresh fresh, Whole whole, AutoCloseable beside) {
        return new Scenario(true, fresh, Node::start, Node::serve, whole, beside);
    }

    Scenario orders(Begin order, Begin afterwards) {
        return new Scenario(false, fresh, order, afterwards, whole, beside);
    }

    Scenario startsAgainBy(Begin other) {
        return new Scenario(init, fresh, begin, other, whole, beside);
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
