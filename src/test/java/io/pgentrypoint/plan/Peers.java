package io.pgentrypoint.plan;

import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.observe.wal.TimelineHistory;
import io.pgentrypoint.observe.wal.UpstreamTimelines;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;
import java.util.Optional;

/// What peers say, as values.
public final class Peers {

    public static final Ancestry FOLLOWS = new Ancestry.Follows(1, new Lsn(500));
    public static final Ancestry DIVERGED = new Ancestry.Diverged(1, new Lsn(500), new Lsn(700));

    private Peers() {}

    /// It is at 0/384, and its timeline 1 ended at 0/1F4 where it is on the second.
    public static Peer.Answering answering(
            UpstreamServer server, boolean takesWrites, int timeline, Ancestry ancestry) {
        TimelineHistory history =
                timeline == 1
                        ? TimelineHistory.first()
                        : new TimelineHistory(
                                List.of(new TimelineHistory.Ended(1, new Lsn(500))), timeline);
        return new Peer.Answering(
                server,
                (Upstream.Answered) Volumes.answersOn(timeline),
                new UpstreamTimelines(Volumes.IDENTIFIER, history, new Lsn(900), !takesWrites),
                Optional.of(ancestry),
                Optional.empty());
    }

    /// A primary now, which has removed what comes next here.
    static Peer withoutWal(UpstreamServer server) {
        Peer.Answering answering = answering(server, true, 2, FOLLOWS);
        return new Peer.Answering(
                answering.server(),
                answering.answer(),
                answering.timelines(),
                answering.ancestry(),
                Optional.of(
                        "requested WAL segment 000000020000000000000003 has already been removed"));
    }

    public static Peer ofAnotherCluster(UpstreamServer server) {
        return new Peer.Answering(
                server,
                (Upstream.Answered) Volumes.answersAs(Volumes.OTHER_IDENTIFIER, Volumes.MAJOR),
                new UpstreamTimelines(
                        Volumes.OTHER_IDENTIFIER, TimelineHistory.first(), new Lsn(900), false),
                Optional.of(
                        new Ancestry.OtherCluster(Volumes.IDENTIFIER, Volumes.OTHER_IDENTIFIER)),
                Optional.empty());
    }

    public static Peer silent(UpstreamServer server) {
        return new Peer.Silent(server, (Upstream.Unusable) Volumes.refuses());
    }

    public static Peer unclear(UpstreamServer server) {
        return new Peer.Unclear(server, new Upstream.Unusable(Upstream.Reason.WRONG_PASSWORD, ""));
    }
}
