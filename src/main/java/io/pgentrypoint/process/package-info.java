/// Commands and their outcomes as values; starting programs, signals, reaping, the stop request.
/// The native calls live here.
@NullMarked
package io.pgentrypoint.process;

import org.jspecify.annotations.NullMarked;
