package io.pgentrypoint.plan.rule;

import static io.pgentrypoint.plan.rule.PeerTable.Effect.FOLLOW;
import static io.pgentrypoint.plan.rule.PeerTable.Effect.NOTHING;
import static io.pgentrypoint.plan.rule.PeerTable.Effect.REFUSE;
import static io.pgentrypoint.plan.rule.PeerTable.Effect.RETRY;
import static io.pgentrypoint.plan.rule.PeerTable.Effect.WARN;

import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Ancestry;

/// What a peer means for a node that is to take writes: a row for each thing that a peer can be, a
/// column for each way in which a node comes to take writes. docs/reference/peers.md shows it.
///
/// Where several peers differ, the row that stands first decides.
enum PeerTable {
    //                 on an empty volume   as a primary   when promoted
    PRIMARY(
            "takes writes for the same cluster, and its history contains this node's",
            REFUSE,
            FOLLOW,
            REFUSE),
    PRIMARY_WITHOUT_WAL(
            "the same, and has removed the WAL that comes next on this volume",
            REFUSE,
            REFUSE,
            REFUSE),
    PARTED_PRIMARY(
            """
            takes writes for the same cluster, and this node has WAL that the peer lacks, or \
            is on a newer timeline\
            """,
            REFUSE,
            REFUSE,
            REFUSE),
    UNCLEAR(
            """
            answers, and does not say what it is (password, `pg_hba.conf`, TLS, still \
            starting) or does not prove itself\
            """,
            RETRY,
            RETRY,
            RETRY),
    NEWER_STANDBY(
            """
            is a standby on a timeline that this node does not know: another node was \
            promoted meanwhile\
            """,
            REFUSE,
            REFUSE,
            REFUSE),
    STANDBY_AHEAD(
            "is a standby that has received more WAL than this node", REFUSE, NOTHING, REFUSE),
    STANDBY("is another standby of the same cluster", REFUSE, NOTHING, NOTHING),
    OTHER_CLUSTER("belongs to another cluster", REFUSE, WARN, WARN),
    WAITING(
            "waits without a server, with a volume that has a cluster (`REPLICATION_ROLE=auto`)",
            REFUSE,
            WARN,
            WARN),
    WAITING_PRIMARY(
            "the same, and that volume was a primary's: it may have what this node lacks",
            REFUSE,
            WARN,
            REFUSE),
    WAITING_EMPTY("waits without a server, with an empty volume", NOTHING, NOTHING, NOTHING),
    SILENT("cannot be reached (name, refused, no answer)", WARN, WARN, WARN),
    ITSELF("is this node", NOTHING, NOTHING, NOTHING);

    /// What follows.
    enum Effect {
        NOTHING("–"),
        WARN("a warning; the start or the promotion continues"),
        FOLLOW("this node starts read-only, as the standby of the peer, and says so"),
        RETRY("refused (69): start again when it does"),
        REFUSE("refused (76)");

        private final String words;

        Effect(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final String words;
    private final Effect onEmptyVolume;
    private final Effect asPrimary;
    private final Effect whenPromoted;

    PeerTable(String words, Effect onEmptyVolume, Effect asPrimary, Effect whenPromoted) {
        this.words = words;
        this.onEmptyVolume = onEmptyVolume;
        this.asPrimary = asPrimary;
        this.whenPromoted = whenPromoted;
    }

    String words() {
        return words;
    }

    Effect onEmptyVolume() {
        return onEmptyVolume;
    }

    Effect asPrimary() {
        return asPrimary;
    }

    Effect whenPromoted() {
        return whenPromoted;
    }

    /// @param ours the system identifier on the volume
    static PeerTable of(Peer peer, String ours) {
        return switch (peer) {
            case Peer.Itself _ -> ITSELF;
            case Peer.Silent _ -> SILENT;
            case Peer.Unclear _ -> UNCLEAR;
            case Peer.Waiting(_, WaitingNode node) ->
                    node.cluster()
                            .map(found ->
                                    found.primary() && found.systemIdentifier().equals(ours)
                                            ? WAITING_PRIMARY
                                            : WAITING)
                            .orElse(WAITING_EMPTY);
            case Peer.Answering answering ->
                    !answering.timelines().systemIdentifier().equals(ours)
                            ? OTHER_CLUSTER
                            : answering.takesWrites() ? primary(answering) : standby(answering);
        };
    }

    private static PeerTable primary(Peer.Answering peer) {
        return !(peer.ancestry().orElse(null) instanceof Ancestry.Follows)
                ? PARTED_PRIMARY
                : peer.missingWal().isPresent() ? PRIMARY_WITHOUT_WAL : PRIMARY;
    }

    private static PeerTable standby(Peer.Answering peer) {
        return peer.wentOn() ? NEWER_STANDBY : peer.bytesAhead() > 0 ? STANDBY_AHEAD : STANDBY;
    }
}
