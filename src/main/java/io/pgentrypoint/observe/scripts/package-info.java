/// Reads only: the scripts that the user has put into the container, and a verdict on each.
@NullMarked
package io.pgentrypoint.observe.scripts;

import org.jspecify.annotations.NullMarked;
