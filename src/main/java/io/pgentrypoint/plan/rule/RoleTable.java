package io.pgentrypoint.plan.rule;

import static io.pgentrypoint.plan.rule.RoleTable.Effect.FOLLOW;
import static io.pgentrypoint.plan.rule.RoleTable.Effect.INITIALIZE;
import static io.pgentrypoint.plan.rule.RoleTable.Effect.LEAD;
import static io.pgentrypoint.plan.rule.RoleTable.Effect.NEVER;
import static io.pgentrypoint.plan.rule.RoleTable.Effect.REFUSE;
import static io.pgentrypoint.plan.rule.RoleTable.Effect.SERVE;
import static io.pgentrypoint.plan.rule.RoleTable.Effect.WAIT;

/// Which role a node of a cluster has when it starts (`REPLICATION_ROLE=auto`): a row for what the
/// other nodes say, a column for what its own volume is. docs/reference/cluster.md shows it.
///
/// The row that stands first decides.
public enum RoleTable {
    //                    empty, first in the list   empty   a primary's   a standby's
    TWO_CLUSTERS(
            "the others belong to two clusters, and this volume is empty",
            REFUSE,
            REFUSE,
            NEVER,
            NEVER),
    TWO_PRIMARIES(
            "two nodes take writes on the newest timeline, or one does and this volume was a primary's on it and has WAL of its own",
            REFUSE,
            REFUSE,
            REFUSE,
            REFUSE),
    OLD_PRIMARY(
            "a node takes writes on a timeline that is older than that of this volume or of another node",
            WAIT,
            WAIT,
            REFUSE,
            SERVE),
    PRIMARY("one node takes writes", FOLLOW, FOLLOW, FOLLOW, FOLLOW),
    UNCLEAR(
            "a node answers and does not say what it is, or waits with another `CLUSTER_HOSTS`",
            WAIT,
            WAIT,
            WAIT,
            SERVE),
    TWO_VOLUMES(
            "another node waits, and its volume too was a primary's on the newest timeline",
            WAIT,
            WAIT,
            REFUSE,
            SERVE),
    NEWER_TIMELINE(
            "another node has a newer timeline, or an earlier start has seen one",
            WAIT,
            WAIT,
            WAIT,
            SERVE),
    HANDED_OVER(
            "this node has allowed another one to take over (`switchover`), which has not, and may still",
            NEVER,
            NEVER,
            WAIT,
            NEVER),
    MAJORITY(
            "more than half of all nodes have this cluster and answer, or no node is silent",
            NEVER,
            NEVER,
            LEAD,
            SERVE),
    ALONE("the same does not hold, and `START_ALONE` allows it", NEVER, NEVER, LEAD, SERVE),
    MINORITY("the same does not hold", NEVER, NEVER, WAIT, SERVE),
    KNOWN("a node has a cluster, and none takes writes", WAIT, WAIT, NEVER, NEVER),
    ALL_EMPTY("every other node waits with an empty volume", INITIALIZE, WAIT, NEVER, NEVER),
    SILENT_FOR_LONG(
            "the same, but for nodes that are silent since `PRIMARY_WAIT`",
            INITIALIZE,
            WAIT,
            NEVER,
            NEVER),
    SILENT("the same, but for nodes that are silent", WAIT, WAIT, NEVER, NEVER);

    /// What follows.
    public enum Effect {
        INITIALIZE("makes the cluster, as its primary"),
        LEAD("goes on as the primary"),
        FOLLOW(
                "follows that node: clones it, or streams from it, with `REJOIN` for what has parted"),
        SERVE("serves reads as a standby, and waits for a primary"),
        WAIT("waits without a server, and says for what"),
        REFUSE("refused (76), with every node named"),
        NEVER("–");

        private final String words;

        Effect(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// What the volume of this node is.
    public enum Own {
        EMPTY_AND_FIRST,
        EMPTY,
        PRIMARY,
        STANDBY
    }

    private final String words;
    private final Effect emptyAndFirst;
    private final Effect empty;
    private final Effect primary;
    private final Effect standby;

    RoleTable(String words, Effect emptyAndFirst, Effect empty, Effect primary, Effect standby) {
        this.words = words;
        this.emptyAndFirst = emptyAndFirst;
        this.empty = empty;
        this.primary = primary;
        this.standby = standby;
    }

    public String words() {
        return words;
    }

    public Effect of(Own own) {
        return switch (own) {
            case EMPTY_AND_FIRST -> emptyAndFirst;
            case EMPTY -> empty;
            case PRIMARY -> primary;
            case STANDBY -> standby;
        };
    }
}
