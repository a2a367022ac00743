package io.pgentrypoint.observe.datadir;

import java.util.Optional;

/// What a volume knows of itself that no file of PostgreSQL tells. It stays when the container is
/// made anew under another host name, and no base backup copies it. [#text()] is what the file
/// holds, and [#parse(String)] reads it.
///
/// @param role what the volume was last run as
/// @param name of the replica, as first used
/// @param slot of the replica on its upstream, as last used
/// @param promotingFrom the timeline of a promotion that was begun: written before anything is
///   done, gone once all of it is
/// @param promotion the last one that ended
/// @param peer which this node follows, although it is asked to be the primary
/// @param citus the database of the distributed tables, where the volume is a Citus node's: without
///   the library these tables read as empty
/// @param superseded the newer history of this cluster that a start has seen on another node
/// @param handedTo the node that was allowed to take over, as host and port: this one takes no
///   writes until that one has, or has not and cannot any more
public record NodeState(
        Role role,
        Optional<String> name,
        Optional<String> slot,
        Optional<Integer> promotingFrom,
        Optional<Promotion> promotion,
        Optional<String> peer,
        Optional<String> citus,
        Optional<Superseded> superseded,
        Optional<String> handedTo) {

    public enum Role {
        STANDALONE,
        PRIMARY,
        REPLICA,
        /// Of a Patroni cluster.
        MEMBER
    }

    /// @param position where the old timeline ended
    /// @param at time of day, for people
    public record Promotion(int from, int to, String position, String at) {}

    /// Another node went on where this volume did not. It proved that it is one of ours.
    ///
    /// @param timeline that it was on
    /// @param node where it was asked, as host and port
    public record Superseded(int timeline, String node, String systemIdentifier) {}

    /// Of a volume that has none yet.
    public static NodeState of(Role role) {
        return new NodeState(
                role,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public NodeState supersededBy(Optional<Superseded> seen) {
        return new NodeState(
                role, name, slot, promotingFrom, promotion, peer, citus, seen, handedTo);
    }

    /// A primary at rest that lets this standby take over.
    public NodeState handedTo(String successor) {
        return new NodeState(
                role,
                name,
                slot,
                promotingFrom,
                promotion,
                peer,
                citus,
                superseded,
                Optional.of(successor));
    }

    /// A replica's own; what was promoted once and follows again is not promoted any more.
    public NodeState replica(String called, Optional<String> withSlot) {
        return new NodeState(
                Role.REPLICA,
                Optional.of(called),
                withSlot,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                citus,
                superseded,
                Optional.empty());
    }

    /// What was promoted once, or was begun to be, is a standby again.
    public NodeState rewound() {
        return new NodeState(
                Role.REPLICA,
                name,
                slot,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                citus,
                Optional.empty(),
                Optional.empty());
    }

    /// After pg_upgrade: another system identifier, and timeline 1.
    public NodeState upgraded() {
        return new NodeState(
                role,
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                citus,
                Optional.empty(),
                Optional.empty());
    }

    /// It has to be known at the next start, when that peer may be down: the environment still asks
    /// for a primary then.
    public NodeState under(String followed) {
        return new NodeState(
                role,
                name,
                slot,
                promotingFrom,
                promotion,
                Optional.of(followed),
                citus,
                superseded,
                Optional.empty());
    }

    /// Run as what has no slot on another server; a replica's name stays for when it is one again.
    public NodeState readWrite(Role now) {
        return new NodeState(
                now,
                name,
                Optional.empty(),
                promotingFrom,
                promotion,
                Optional.empty(),
                citus,
                superseded,
                Optional.empty());
    }

    /// Who leads is no longer ours to know; a replica's name stays for when it is one again.
    public NodeState member() {
        return new NodeState(
                Role.MEMBER,
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                citus,
                superseded,
                Optional.empty());
    }

    public NodeState promoting(int timeline) {
        return new NodeState(
                role,
                name,
                slot,
                Optional.of(timeline),
                promotion,
                peer,
                citus,
                superseded,
                handedTo);
    }

    /// The replica keeps its name; its slot was on the primary that it followed.
    public NodeState promoted(Role now, Promotion done) {
        return new NodeState(
                now,
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.of(done),
                Optional.empty(),
                citus,
                Optional.empty(),
                Optional.empty());
    }

    /// A Citus node, or no longer one.
    ///
    /// @param database of its distributed tables
    public NodeState ofCitus(Optional<String> database) {
        return new NodeState(
                role, name, slot, promotingFrom, promotion, peer, database, superseded, handedTo);
    }

    public String text() {
        return NodeStateText.write(this);
    }

    /// The record that was written.
    ///
    /// @throws IllegalArgumentException when the text is not a whole one
    public static NodeState parse(String text) {
        return NodeStateText.parse(text);
    }
}
