/// Connections to a server: over a Unix socket to our own, by the replication protocol to an
/// upstream. They speak; what is said is another room's.
@NullMarked
package io.pgentrypoint.connect;

import org.jspecify.annotations.NullMarked;
