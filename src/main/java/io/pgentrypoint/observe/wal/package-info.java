/// Two histories of one cluster, ours and a server's: where they part, and which is ahead. Reading
/// never writes.
@NullMarked
package io.pgentrypoint.observe.wal;

import org.jspecify.annotations.NullMarked;
