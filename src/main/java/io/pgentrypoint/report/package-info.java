/// What is said and how it ends: exit codes, refusals, problems, secrets, logging. Imports nothing
/// of ours.
@NullMarked
package io.pgentrypoint.report;

import org.jspecify.annotations.NullMarked;
