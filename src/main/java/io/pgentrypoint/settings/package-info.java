/// Every environment variable, once, and the immutable settings parsed from them.
@NullMarked
package io.pgentrypoint.settings;

import org.jspecify.annotations.NullMarked;
