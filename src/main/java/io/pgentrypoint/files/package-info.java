/// Writing that survives a power cut, and removal that follows no link.
@NullMarked
package io.pgentrypoint.files;

import org.jspecify.annotations.NullMarked;
