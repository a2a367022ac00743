/// What is known of the volume itself: who uses it, what it is, how much room it has. Reading only.
@NullMarked
package io.pgentrypoint.observe.volume;

import org.jspecify.annotations.NullMarked;
