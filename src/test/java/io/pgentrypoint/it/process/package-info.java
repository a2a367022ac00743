/// Nodes that run as plain processes on this machine, one class for each question.
package io.pgentrypoint.it.process;
