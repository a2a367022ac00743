/// The decision: a pure function from settings and observation to steps. No clock, no files, no
/// network.
@NullMarked
package io.pgentrypoint.plan;

import org.jspecify.annotations.NullMarked;
