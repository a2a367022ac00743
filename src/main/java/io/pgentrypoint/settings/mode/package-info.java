/// The modes of a node, and what each of them needs to know.
@NullMarked
package io.pgentrypoint.settings.mode;

import org.jspecify.annotations.NullMarked;
