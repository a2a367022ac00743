/// The PostgreSQL that is installed: its programs and its own parser of settings.
@NullMarked
package io.pgentrypoint.observe.postgres;

import org.jspecify.annotations.NullMarked;
