package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.Relocation.External;
import io.pgentrypoint.observe.datadir.Relocation.Proof;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

public final class NodeInputs {

    private NodeInputs() {}

    public static List<ForeignInput> all() {
        External wal = External.wal(Path.of("/wal"), Path.of("/wal/x"));
        External tablespace = External.tablespace(Path.of("/ts"), Path.of("/ts/x"));
        Relocation building = Relocation.firstBoot(List.of(wal, tablespace));
        return List.of(
                ForeignInput.of(
                                "journal",
                                text -> Journal.parse(text).text(),
                                new Journal(OnRestart.DISCARD, building).text(),
                                new Journal(
                                                OnRestart.DISCARD,
                                                building.proven(new Proof("73", "mark")))
                                        .text(),
                                new Journal(
                                                OnRestart.ROLL_FORWARD,
                                                building.moving(List.of("base", "a b%")))
                                        .text(),
                                """
                                phase=withdrawing
                                place=staging
                                wal=/wal
                                wal-beside=/wal/x
                                empty=/wal
                                entry=global
                                end
                                """)
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
