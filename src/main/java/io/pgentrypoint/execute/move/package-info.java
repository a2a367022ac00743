/// The relocation of a cluster, which a kill does not break.
@NullMarked
package io.pgentrypoint.execute.move;

import org.jspecify.annotations.NullMarked;
