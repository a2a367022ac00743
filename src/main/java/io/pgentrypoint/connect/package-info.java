/// Connections to a server: over a Unix socket to our own, by the replication protocol to an
/// upstream. They speak; other packages decide what is said.
@NullMarked
package io.pgentrypoint.connect;

import org.jspecify.annotations.NullMarked;
