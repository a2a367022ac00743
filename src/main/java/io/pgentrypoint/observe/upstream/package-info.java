/// The server that a replica follows, and the peers: what they answer.
@NullMarked
package io.pgentrypoint.observe.upstream;

import org.jspecify.annotations.NullMarked;
