/// What a node is beyond its files and its environment: what its volume remembers of it and of a
/// first boot, and where its running server stands. Reading never writes.
@NullMarked
package io.pgentrypoint.observe.datadir;

import org.jspecify.annotations.NullMarked;
