/// What there is to know of Patroni: its configuration, its DCS, and its REST API. It asks and
/// never changes anything.
@NullMarked
package io.pgentrypoint.patroni;

import org.jspecify.annotations.NullMarked;
