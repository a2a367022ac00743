/// Text for PostgreSQL: settings, HBA rules, connection strings, pass files, and the quoting rule
/// of each syntax.
@NullMarked
package io.pgentrypoint.config;

import org.jspecify.annotations.NullMarked;
