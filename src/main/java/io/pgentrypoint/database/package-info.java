/// What is changed inside a database that runs: roles, passwords, slots.
@NullMarked
package io.pgentrypoint.database;

import org.jspecify.annotations.NullMarked;
