/// How tests start nodes, and what many tests ask of them.
package io.pgentrypoint.kit;
