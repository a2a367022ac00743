/// The image in real containers, one class for each question that a user would ask of it.
@NullMarked
package io.pgentrypoint.it.container;

import org.jspecify.annotations.NullMarked;
