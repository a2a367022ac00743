/// The plan of each mode.
@NullMarked
package io.pgentrypoint.plan.mode;

import org.jspecify.annotations.NullMarked;
