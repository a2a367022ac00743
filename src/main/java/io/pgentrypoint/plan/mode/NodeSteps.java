package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.NodeState.Role;
import io.pgentrypoint.plan.rule.Superseding;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the volume writes down of itself, and what follows from it when its role changes.
final class NodeSteps {

    private final Optional<NodeState> known;
    private final Observed observed;
    private final Layout layout;
    private final Mode mode;
    private final Optional<String> citus;

    NodeSteps(Settings settings, Observed observed) {
        this.known = observed.node();
        this.observed = observed;
        this.layout = new Layout(settings.dataDirectory());
        this.mode = settings.mode();
        this.citus = settings.citus().map(Citus::database);
    }

    static Role role(Mode mode) {
        return switch (mode) {
            case Mode.Standalone _ -> Role.STANDALONE;
            case Mode.NativePrimary _ -> Role.PRIMARY;
            // Its role is decided before anything of it is written down.
            case Mode.NativeReplica _, Mode.NativeAuto _ -> Role.REPLICA;
            case Mode.Patroni _ -> Role.MEMBER;
        };
    }

    NodeState now() {
        return known.orElseGet(() -> NodeState.of(role(mode)));
    }

    boolean isPromoting() {
        return known.flatMap(NodeState::promotingFrom).isPresent();
    }

    /// Asked of a primary: a replica never becomes one through us without a trace.
    boolean wasPromotedByHand() {
        return known.filter(node -> node.role() == Role.REPLICA).isPresent();
    }

    /// A step where the record is not right already. A standalone volume that was never anything
    /// else has nothing to remember, and stays untouched.
    List<Planned> steps() {
        NodeState asked =
                switch (mode) {
                    case Mode.Standalone _, Mode.NativePrimary _ -> now().readWrite(role(mode));
                    case Mode.NativeReplica replica ->
                            now().replica(replica.name(), replica.slot().given());
                    case Mode.NativeAuto _ -> now();
                    case Mode.Patroni _ -> now().member();
                };
        NodeState wanted =
                asked.ofCitus(citus.or(asked::citus))
                        .supersededBy(Superseding.after(mode, observed));
        boolean nothing =
                known.isEmpty()
                        && citus.isEmpty()
                        && (mode instanceof Mode.Standalone || mode instanceof Mode.Patroni);
        return nothing ? List.of() : record(wanted, "the next start may have another environment");
    }

    /// Of a node that is asked to be the primary and follows a peer.
    List<Planned> following(Mode.NativeReplica peer) {
        return record(
                now().replica(peer.name(), peer.slot().given()).under(peer.primary().toString()),
                "the environment goes on asking for a primary");
    }

    private List<Planned> record(NodeState wanted, String because) {
        return known.equals(Optional.of(wanted))
                ? List.of()
                : List.of(new Planned(new Configure.RecordNodeState(layout, wanted), because));
    }

    /// A promotion that the record tells of has been undone, whatever this start is asked for.
    List<Planned> rewound() {
        return known.map(NodeState::rewound)
                .map(wanted -> record(wanted, "it is a standby, and no promotion of it is left"))
                .orElse(List.of());
    }

    /// A slot that nobody uses any more keeps WAL until its primary's disk is full.
    List<String> warnings() {
        Optional<String> used =
                switch (mode) {
                    case Mode.Standalone _,
                            Mode.NativePrimary _,
                            Mode.NativeAuto _,
                            Mode.Patroni _ ->
                            Optional.empty();
                    case Mode.NativeReplica replica -> replica.slot().given();
                };
        List<String> warnings = new ArrayList<>();
        known.flatMap(NodeState::slot)
                .filter(slot -> !used.equals(Optional.of(slot)))
                .ifPresent(slot ->
                        warnings.add(
                                """
                                this node no longer uses the slot %s, which stays on the \
                                server that it followed and keeps WAL there; drop it on \
                                that server: SELECT pg_drop_replication_slot('%s')\
                                """
                                        .formatted(slot, slot)));
        return warnings;
    }
}
