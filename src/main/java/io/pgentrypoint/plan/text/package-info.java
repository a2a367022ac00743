/// A plan, and what was observed, as text.
@NullMarked
package io.pgentrypoint.plan.text;

import org.jspecify.annotations.NullMarked;
