package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.rule.RoleRule;
import io.pgentrypoint.plan.rule.RoleTable;
import io.pgentrypoint.plan.rule.RoleTable.Own;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.plan.text.ObservedSummary;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which role this node has now, from its volume and from what every other node says. The plan of
/// that role follows, as if the environment had asked for it.
public final class RolePlan {

    private static final String OTHERS_DECIDE = "what the other nodes say decides what follows";

    private final Mode.NativeAuto auto;
    private final Settings settings;
    private final Observed observed;
    private final RoleRule rule;

    private RolePlan(Mode.NativeAuto auto, Settings settings, Observed observed) {
        this.settings = settings;
        this.observed = observed;
        RoleRule unnamed = new RoleRule(auto, observed);
        this.auto =
                unnamed.itself().stream().findFirst().map(node -> named(auto, node)).orElse(auto);
        this.rule = new RoleRule(this.auto, observed);
    }

    public static Plan plan(Mode.NativeAuto auto, Settings settings, Observed observed) {
        return new RolePlan(auto, settings, observed).plan();
    }

    /// The primary that a standby should follow now, where there is no doubt.
    public static Optional<UpstreamServer> primary(Settings settings, Observed observed) {
        if (!(settings.mode() instanceof Mode.NativeAuto auto)) {
            return Optional.empty();
        }
        RoleRule rule = new RoleRule(auto, observed);
        return rule.row() == RoleTable.PRIMARY
                ? rule.primary().map(Peer::server)
                : Optional.empty();
    }

    /// A container's host name is no name by which a person knows it; an address is none at all.
    private static Mode.NativeAuto named(Mode.NativeAuto auto, UpstreamServer node) {
        String host = node.address().host();
        boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return address ? auto : auto.called(host.replaceFirst("\\..*", ""));
    }

    private Plan plan() {
        if (rule.itself().size() != 1) {
            return unplaced();
        }
        if (rule.others().isEmpty()) {
            return become(auto.primary(List.of()), "CLUSTER_HOSTS has no other node", List.of());
        }
        if (rule.isUnfinished()) {
            return become(
                    auto.replicaOf(followed(), rule.others()),
                    "what an earlier start has begun is finished first",
                    List.of());
        }
        RoleTable row = rule.row();
        Own own = rule.own();
        return switch (row.of(own)) {
            case INITIALIZE ->
                    become(auto.primary(rule.others()), initializing(row), initializeWarnings(row));
            case LEAD -> become(auto.primary(rule.others()), leading(row), leadWarnings(row));
            case FOLLOW ->
                    become(
                            auto.replicaOf(followed(), rule.others()),
                            "%s takes writes".formatted(followed().address()),
                            List.of());
            case SERVE ->
                    become(
                            auto.replicaOf(rule.nearest(), rule.others()),
                            "%s; until one is promoted this node serves reads"
                                    .formatted(withoutPrimary(row)),
                            List.of());
            case WAIT -> await(row, own);
            case REFUSE -> throw RoleRefusals.contradiction(row, rule, settings, observed);
            case NEVER ->
                    throw new IllegalStateException("%s does not hold for %s".formatted(row, own));
        };
    }

    private UpstreamServer followed() {
        return rule.primary().map(Peer::server).orElseGet(rule::nearest);
    }

    private Plan become(Mode mode, String because, List<String> warnings) {
        return plan(warnings, List.of(), new NextAction.Become(mode, because));
    }

    private Plan plan(List<String> warnings, List<Planned> steps, NextAction next) {
        return new Plan(
                settings.title(),
                ObservedSummary.describe(settings, observed),
                warnings,
                steps,
                next,
                List.of());
    }

    /// Its own name may not be known to the resolver yet.
    private Plan unplaced() {
        boolean unknown =
                observed.peers().stream()
                        .anyMatch(peer ->
                                peer instanceof Peer.Silent(_, var why)
                                        && why.reason() == Upstream.Reason.UNKNOWN_HOST);
        if (rule.itself().isEmpty() && unknown) {
            return await(
                    "which node of CLUSTER_HOSTS this one is cannot be told: a name cannot be resolved",
                    Optional.empty(),
                    List.of());
        }
        throw RoleRefusals.unplaced(rule);
    }

    private String initializing(RoleTable row) {
        return row == RoleTable.ALL_EMPTY
                ? "this node is the first of CLUSTER_HOSTS, and every other one has an empty volume"
                : "this node is the first of CLUSTER_HOSTS, and no node that answers has a cluster";
    }

    private List<String> initializeWarnings(RoleTable row) {
        return row == RoleTable.SILENT_FOR_LONG
                ? List.of(
                        "%s: silent for %d s (PRIMARY_WAIT), so this node makes a new cluster; a cluster that lies there is another one from now on"
                                .formatted(silent(), auto.timeout().toSeconds()))
                : List.of();
    }

    private static String leading(RoleTable row) {
        return row == RoleTable.ALONE
                ? "its volume was the primary's, and START_ALONE allows to start without a majority"
                : "its volume was the primary's, and no node that answers knows a newer timeline";
    }

    private List<String> leadWarnings(RoleTable row) {
        return row == RoleTable.ALONE
                ? List.of(
                        "this node takes writes without a majority of CLUSTER_HOSTS (START_ALONE): if another node was promoted while this one was down, two nodes take writes now")
                : List.of();
    }

    private String silent() {
        return observed.peers().stream()
                .filter(Peer.Silent.class::isInstance)
                .map(peer -> peer.server().address().toString())
                .collect(Collectors.joining(", "));
    }

    private static String withoutPrimary(RoleTable row) {
        return switch (row) {
            case OLD_PRIMARY -> "the only node that takes writes is on an older timeline";
            case TWO_CLUSTERS,
                    TWO_PRIMARIES,
                    PRIMARY,
                    UNCLEAR,
                    TWO_VOLUMES,
                    NEWER_TIMELINE,
                    HANDED_OVER,
                    MAJORITY,
                    ALONE,
                    MINORITY,
                    KNOWN,
                    ALL_EMPTY,
                    SILENT_FOR_LONG,
                    SILENT ->
                    "no node that answers takes writes";
        };
    }

    private Plan await(RoleTable row, Own own) {
        return switch (row) {
            case OLD_PRIMARY -> await(withoutPrimary(row), Optional.empty(), List.of());
            case UNCLEAR ->
                    await(
                            rule.isOtherList()
                                    ? "another node waits with another CLUSTER_HOSTS; set the same list on each node"
                                    : "a node does not say what it is",
                            Optional.empty(),
                            List.of());
            case NEWER_TIMELINE ->
                    await(
                            "another node went on, and this one is to follow it",
                            Optional.empty(),
                            superseded());
            case HANDED_OVER ->
                    await(
                            "%s was allowed to take over; this node takes writes again once that one has said for %d s that it is a standby, or with START_ALONE"
                                    .formatted(
                                            rule.successor().orElseThrow(),
                                            RoleRule.SUCCESSOR_STAYS.toSeconds()),
                            rule.nextLook(),
                            List.of());
            case MINORITY ->
                    await(
                            "this volume was the primary's, and less than a majority of CLUSTER_HOSTS answers; START_ALONE=true starts it all the same",
                            auto.alone(),
                            List.of());
            case SILENT, SILENT_FOR_LONG ->
                    await(
                            own == Own.EMPTY_AND_FIRST
                                    ? "this node is the first of CLUSTER_HOSTS, and makes a cluster once every other one has said that it is empty"
                                    : "the first of CLUSTER_HOSTS makes the cluster",
                            own == Own.EMPTY_AND_FIRST
                                    ? Optional.of(auto.timeout())
                                    : Optional.empty(),
                            List.of());
            case ALL_EMPTY ->
                    await(
                            "the first of CLUSTER_HOSTS makes the cluster",
                            Optional.empty(),
                            List.of());
            case KNOWN, TWO_VOLUMES ->
                    await(
                            "the cluster has no primary that could be cloned",
                            Optional.empty(),
                            List.of());
            case TWO_CLUSTERS, TWO_PRIMARIES, PRIMARY, MAJORITY, ALONE ->
                    throw new IllegalStateException("nobody waits: " + row);
        };
    }

    /// The node that was seen may be down at the next start.
    private List<Planned> superseded() {
        NodeState known = observed.node().orElseGet(() -> NodeState.of(NodeState.Role.PRIMARY));
        NodeState wanted = known.supersededBy(rule.newer());
        return observed.node().equals(Optional.of(wanted))
                ? List.of()
                : List.of(
                        new Planned(
                                new Configure.RecordNodeState(
                                        new Layout(settings.dataDirectory()), wanted),
                                "that node may be down at the next start"));
    }

    private Plan await(String because, Optional<Duration> atMost, List<Planned> first) {
        List<Planned> steps = new ArrayList<>(first);
        steps.add(
                new Planned(
                        new Follow.AwaitNodes(
                                auto,
                                settings.port(),
                                rule.answer().text(),
                                observed.peers().stream().map(Peer::describe).toList(),
                                atMost.map(time -> time.minus(observed.waited()))),
                        because));
        return plan(List.of(), steps, new NextAction.Replan(OTHERS_DECIDE));
    }
}
