/// One volume, one server: who has it, and how others are told.
@NullMarked
package io.pgentrypoint.execute.lock;

import org.jspecify.annotations.NullMarked;
