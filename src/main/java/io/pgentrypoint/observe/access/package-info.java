/// What stands in the way of writing.
@NullMarked
package io.pgentrypoint.observe.access;

import org.jspecify.annotations.NullMarked;
