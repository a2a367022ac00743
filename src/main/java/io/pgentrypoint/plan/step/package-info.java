/// What a plan consists of: steps, and what follows them.
@NullMarked
package io.pgentrypoint.plan.step;

import org.jspecify.annotations.NullMarked;
