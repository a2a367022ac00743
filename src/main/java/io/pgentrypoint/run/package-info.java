/// The entrypoint: settings, observation, plan, execution, supervision, in that order.
@NullMarked
package io.pgentrypoint.run;

import org.jspecify.annotations.NullMarked;
