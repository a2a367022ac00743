/// picocli commands. Nothing below imports picocli.
@NullMarked
package io.pgentrypoint.cli;

import org.jspecify.annotations.NullMarked;
