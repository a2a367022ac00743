/// What is changed inside a database that runs: roles, passwords, slots.
@NullMarked
package io.pgentrypoint.execute.sql;

import org.jspecify.annotations.NullMarked;
