package io.pgentrypoint.process;

/// How a program ended, and the tail of what it said.
///
/// @param code its exit code, 128+n when signal n ended it
public record Outcome(int code, String stdout, String stderr) {

    public boolean succeeded() {
        return code == 0;
    }
}
