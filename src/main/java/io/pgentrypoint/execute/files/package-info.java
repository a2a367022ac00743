/// Writing that survives a power cut, and removal that follows no link.
@NullMarked
package io.pgentrypoint.execute.files;

import org.jspecify.annotations.NullMarked;
