/// The server's life as a child of PID 1: ready, reload, stop, failure report.
@NullMarked
package io.pgentrypoint.supervise;

import org.jspecify.annotations.NullMarked;
