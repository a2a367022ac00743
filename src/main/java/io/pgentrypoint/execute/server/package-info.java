/// Servers of our own: for a first boot, for scripts, for a promotion, for a rewind.
@NullMarked
package io.pgentrypoint.execute.server;

import org.jspecify.annotations.NullMarked;
