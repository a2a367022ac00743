/// Reads only: what the data directory is, what pg_controldata says, what the upstream answers.
@NullMarked
package io.pgentrypoint.observe;

import org.jspecify.annotations.NullMarked;
