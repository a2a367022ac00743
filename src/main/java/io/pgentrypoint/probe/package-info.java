/// What the node says of itself: over a Unix socket to `status` and `healthcheck`, over HTTP to
/// orchestrators, load balancers and Prometheus.
@NullMarked
package io.pgentrypoint.probe;

import org.jspecify.annotations.NullMarked;
