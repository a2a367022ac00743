package io.pgentrypoint.settings.mode;

import java.time.Duration;
import java.util.List;

/// The nodes that are asked before this one takes writes. One of them may be the primary already.
///
/// @param identity what this node is called as a standby of one of them
/// @param timeout as [Mode.NativeReplica#timeout]
public record Peers(List<UpstreamServer> servers, StandbyIdentity identity, Duration timeout) {

    public Peers {
        servers = List.copyOf(servers);
    }

    /// What this node is under one of them. A node that is asked to be the primary throws nothing
    /// away, whatever REJOIN says: that is for a replica, which looks at room, mounts and rights
    /// first and can be cloned anew.
    public Mode.NativeReplica under(UpstreamServer peer, List<Network> networks) {
        return new Mode.NativeReplica(peer, identity, networks, timeout, Rejoin.REFUSE, servers);
    }
}
