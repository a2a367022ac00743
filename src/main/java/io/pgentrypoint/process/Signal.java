package io.pgentrypoint.process;

/// The signals that PID 1 of a database container has to do with, with Linux's numbers.
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    KILL(9),
    USR1(10),
    USR2(12),
    TERM(15),
    CHLD(17);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// What a shell reports for a program that this signal ended.
    public int exitCode() {
        return 128 + number;
    }
}
