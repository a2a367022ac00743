/// A cluster of an older major version: its server is asked, pg_upgrade is run beside it.
@org.jspecify.annotations.NullMarked
package io.pgentrypoint.execute.upgrade;
