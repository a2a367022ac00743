package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.plan.rule.RoleRule;
import io.pgentrypoint.plan.rule.RoleTable;
import io.pgentrypoint.plan.rule.RoleTable.Own;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.util.stream.Collectors;

/// Why a node of a cluster has no role.
final class RoleRefusals {

    private RoleRefusals() {}

    static Refusal unplaced(RoleRule rule) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot tell which node of CLUSTER_HOSTS this one is: %s"
                        .formatted(
                                rule.itself().isEmpty()
                                        ? "none has its host name or its address"
                                        : "%s are both this node"
                                                .formatted(
                                                        rule.itself().stream()
                                                                .map(node ->
                                                                        node.address().toString())
                                                                .collect(
                                                                        Collectors.joining(
                                                                                " and ")))),
                "list each node once, this one too; or set NODE_NAME to the host in CLUSTER_HOSTS by which the others reach this node");
    }

    static Refusal contradiction(
            RoleTable row, RoleRule rule, Settings settings, Observed observed) {
        String seen =
                observed.peers().stream()
                        .filter(peer -> !(peer instanceof Peer.Itself))
                        .map(Peer::describe)
                        .collect(Collectors.joining("; "));
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot tell which role %s has: %s; %s"
                        .formatted(settings.dataDirectory(), seenAs(row, rule), seen),
                switch (row) {
                    case TWO_CLUSTERS ->
                            "leave the nodes of one cluster in CLUSTER_HOSTS, or give the others empty volumes";
                    case OLD_PRIMARY ->
                            "stop the node on the older timeline, start this one, then that one again: it follows this node, with REJOIN for what has parted; nothing was touched";
                    case TWO_PRIMARIES,
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
                            "save what you need of the one that was left behind and give it an empty volume: it clones the other; nothing was touched";
                });
    }

    private static String seenAs(RoleTable row, RoleRule rule) {
        return switch (row) {
            case TWO_CLUSTERS -> "it is empty, and the other nodes belong to two clusters";
            case TWO_PRIMARIES ->
                    rule.own() == Own.PRIMARY
                            ? "it was a primary's, and another node takes writes on the same timeline"
                            : "two nodes take writes on the same timeline";
            case OLD_PRIMARY ->
                    "it was the primary's on the newest timeline, and another node takes writes on an older one";
            case TWO_VOLUMES ->
                    "it was a primary's, and so was that of another node on the same timeline";
            case PRIMARY,
                    UNCLEAR,
                    NEWER_TIMELINE,
                    HANDED_OVER,
                    MAJORITY,
                    ALONE,
                    MINORITY,
                    KNOWN,
                    ALL_EMPTY,
                    SILENT_FOR_LONG,
                    SILENT ->
                    "the nodes contradict each other";
        };
    }
}
