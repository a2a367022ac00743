/// Rules that hold in several modes: histories, peers, roles, promotions.
@NullMarked
package io.pgentrypoint.plan.rule;

import org.jspecify.annotations.NullMarked;
