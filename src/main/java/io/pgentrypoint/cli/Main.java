package io.pgentrypoint.cli;

/// Where the command line is read.
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(0);
    }
}
