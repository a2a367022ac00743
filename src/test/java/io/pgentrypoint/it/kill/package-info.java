/// Nodes that are killed in the middle of a start: the next start makes a whole node.
package io.pgentrypoint.it.kill;
