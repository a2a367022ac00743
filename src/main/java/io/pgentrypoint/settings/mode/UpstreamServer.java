package io.pgentrypoint.settings.mode;

import io.pgentrypoint.connect.HostPort;

/// A server that this node follows or may follow, and how it logs in there.
public record UpstreamServer(HostPort address, Credentials replication, Tls tls) {}
