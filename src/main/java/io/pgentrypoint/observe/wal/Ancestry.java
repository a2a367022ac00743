package io.pgentrypoint.observe.wal;

import java.util.Optional;

/// How the history on a data directory stands to that of a server: whether the directory can follow
/// it, and if not, who has what the other lacks.
///
/// A pure rule. Timelines are compared by where they began, not by their numbers alone: two
/// standbys that were promoted without knowing of each other both write a timeline 2.
public sealed interface Ancestry {

    /// All that we have, the server has too.
    record Follows(int timeline, Lsn end) implements Ancestry {}

    /// We have WAL that the server's history does not contain.
    ///
    /// @param timeline the last one in common
    /// @param fork where the two part
    /// @param end of ours
    record Diverged(int timeline, Lsn fork, Lsn end) implements Ancestry {
        public long bytes() {
            return end.minus(fork);
        }
    }

    /// On one timeline, and ours goes further than the server's.
    record Ahead(int timeline, Lsn end, Lsn position) implements Ancestry {
        public long bytes() {
            return end.minus(position);
        }
    }

    /// Ours is the newer timeline: the server is the one that was left behind.
    record UpstreamBehind(int ours, int theirs) implements Ancestry {}

    /// Another cluster altogether.
    record OtherCluster(String ours, String theirs) implements Ancestry {}

    /// @param sameTimeline whether the server is on our timeline at least
    record Unknown(String why, boolean sameTimeline) implements Ancestry {}

    /// Whether this node would have to throw something away to follow that server, or might.
    default boolean isParted() {
        return switch (this) {
            case Diverged _ -> true;
            case Unknown unknown -> !unknown.sameTimeline();
            case Follows _, Ahead _, UpstreamBehind _, OtherCluster _ -> false;
        };
    }

    static Ancestry of(LocalTimelines ours, UpstreamTimelines theirs) {
        if (!ours.systemIdentifier().equals(theirs.systemIdentifier())) {
            return new OtherCluster(ours.systemIdentifier(), theirs.systemIdentifier());
        }
        TimelineHistory we = ours.history();
        TimelineHistory they = theirs.history();
        int last = lastInCommon(we, they);
        if (last < 0) {
            return new Unknown(
                    """
                    the histories have not even their first timeline in common: ours \
                    begins with timeline %s, the server's with %s\
                    """
                            .formatted(we.timelineAt(0), they.timelineAt(0)),
                    false);
        }
        boolean ourLast = last == we.size() - 1;
        if (!ourLast && we.timeline() > they.timeline()) {
            return new UpstreamBehind(we.timeline(), they.timeline());
        }
        return switch (ours.end()) {
            case WalEnd.Unknown(String why) ->
                    new Unknown(why, ourLast && they.size() == we.size());
            case WalEnd.At(Lsn end) -> judged(we, they, last, end, theirs.position());
        };
    }

    private static Ancestry judged(
            TimelineHistory we, TimelineHistory they, int last, Lsn end, Lsn position) {
        Optional<Lsn> theyWentOn = they.endAt(last);
        Optional<Lsn> weWentOn = we.endAt(last);
        if (weWentOn.isPresent()) {
            // And so did they, or the server would be the older one.
            Lsn fork = Lsn.least(weWentOn.get(), theyWentOn.orElse(position));
            return new Diverged(we.timelineAt(last), fork, end);
        }
        if (theyWentOn.isPresent()) {
            Lsn fork = theyWentOn.get();
            return end.isAfter(fork)
                    ? new Diverged(we.timeline(), fork, end)
                    : new Follows(we.timeline(), end);
        }
        return end.isAfter(position)
                ? new Ahead(we.timeline(), end, position)
                : new Follows(we.timeline(), end);
    }

    /// findCommonAncestorTimeline of pg_rewind: number and beginning must both agree.
    private static int lastInCommon(TimelineHistory we, TimelineHistory they) {
        int last = -1;
        for (int i = 0; i < Math.min(we.size(), they.size()); i++) {
            if (we.timelineAt(i) != they.timelineAt(i) || !we.beginAt(i).equals(they.beginAt(i))) {
                break;
            }
            last = i;
        }
        return last;
    }
}
