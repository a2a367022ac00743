package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.ForeignInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

public final class NodeInputs {

    private NodeInputs() {}

    public static List<ForeignInput> all() {
        Journal.Outside wal = Journal.Outside.filled(Path.of("/wal"), Path.of("/wal/x"));
        return List.of(
                ForeignInput.of(
                                "journal",
                                text -> Journal.parse(text).text(),
                                Journal.runningScripts(
                                                Optional.of(wal), new Journal.Proof("73", "mark"))
                                        .text(),
                                Journal.withdrawing(List.of("base", "a b%"), "place").text(),
                                Journal.building(Optional.of(wal), List.of(wal)).text())
                        .refusing(IllegalArgumentException.class),
                ForeignInput.of(
                                "node-record",
                                text -> NodeState.parse(text).text(),
                                NodeState.of(NodeState.Role.REPLICA)
                                        .replica("r 1", Optional.of("r1"))
                                        .promoting(2)
                                        .text(),
                                NodeState.of(NodeState.Role.PRIMARY)
                                        .promoted(
                                                NodeState.Role.PRIMARY,
                                                new NodeState.Promotion(1, 2, "0/3", "now"))
                                        .text())
                        .refusing(IllegalArgumentException.class));
    }
}
