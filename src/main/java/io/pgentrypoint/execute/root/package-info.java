/// What only root can do, once, before this process becomes the server's user for good. Root works
/// on files that are open, never on names: a user that may write to a volume may exchange what a
/// name means.
@NullMarked
package io.pgentrypoint.execute.root;

import org.jspecify.annotations.NullMarked;
