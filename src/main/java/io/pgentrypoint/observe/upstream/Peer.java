package io.pgentrypoint.observe.upstream;

import io.pgentrypoint.observe.wal.Ancestry;
import io.pgentrypoint.observe.wal.UpstreamTimelines;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.Optional;

/// What one of PEER_HOSTS says when it is asked before this node takes writes, or is promoted.
public sealed interface Peer {

    UpstreamServer server();

    /// What it is, in words that stay the same for as long as that does.
    default String describe() {
        return "%s %s"
                .formatted(
                        server().address(),
                        switch (this) {
                            case Itself _ -> "is this node";
                            case Silent _ -> "is silent";
                            case Unclear(_, var why) ->
                                    "does not say what it is: " + why.reason().sentence();
                            case Waiting(_, WaitingNode node) -> node.describe();
                            case Answering answering ->
                                    "%s of cluster %s on timeline %d"
                                            .formatted(
                                                    answering.takesWrites()
                                                            ? "is the primary"
                                                            : "is a standby",
                                                    answering.timelines().systemIdentifier(),
                                                    answering.timelines().history().timeline());
                        });
    }

    /// The list is the same on every node, so this node is on it too.
    record Itself(UpstreamServer server) implements Peer {}

    /// Nobody is there. Whether it is down or cut off cannot be known.
    record Silent(UpstreamServer server, Upstream.Unusable why) implements Peer {}

    /// Somebody is there and does not say what it is.
    record Unclear(UpstreamServer server, Upstream.Unusable why) implements Peer {}

    /// It has no server yet: it waits until it can be told which role it has.
    record Waiting(UpstreamServer server, WaitingNode node) implements Peer {}

    /// @param ancestry how the history on our volume stands to its own, where there is one
    /// @param missingWal what it says when it has removed the WAL that comes next here
    record Answering(
            UpstreamServer server,
            Upstream.Answered answer,
            UpstreamTimelines timelines,
            Optional<Ancestry> ancestry,
            Optional<String> missingWal)
            implements Peer {
        public boolean takesWrites() {
            return !timelines.inRecovery();
        }

        /// How many bytes of WAL it has that we lack, on a history that contains ours.
        public long bytesAhead() {
            return ancestry.orElse(null) instanceof Ancestry.Follows follows
                    ? timelines.position().minus(follows.end())
                    : 0;
        }

        /// Whether its history goes on where ours does not.
        public boolean wentOn() {
            return switch (ancestry.orElse(null)) {
                case Ancestry.Follows follows ->
                        timelines.history().timeline() > follows.timeline();
                case Ancestry.Diverged _ -> true;
                case Ancestry.Unknown unknown -> !unknown.sameTimeline();
                case Ancestry.Ahead _, Ancestry.UpstreamBehind _, Ancestry.OtherCluster _ -> false;
                case null -> false;
            };
        }
    }
}
