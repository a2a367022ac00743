/// The only package that writes.
@NullMarked
package io.pgentrypoint.execute;

import org.jspecify.annotations.NullMarked;
