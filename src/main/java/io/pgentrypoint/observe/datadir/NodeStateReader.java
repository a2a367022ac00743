package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// Finds the record of a node on its volume.
public final class NodeStateReader {

    private static final String REMEDY =
            """
            make that file readable, or remove it: the name of a replica is then the \
            environment's, and an unfinished promotion is forgotten\
            """;

    private NodeStateReader() {}

    public static Optional<NodeState> read(Layout layout) {
        try {
            return Optional.of(NodeState.parse(InputFile.utf8(layout.nodeState())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal(
                    e instanceof IOException ? ExitCode.CANNOT_CREATE : ExitCode.DATA,
                    "cannot read %s, the recorded state of this node: %s"
                            .formatted(layout.nodeState(), e.getMessage()),
                    REMEDY,
                    e);
        }
    }
}
