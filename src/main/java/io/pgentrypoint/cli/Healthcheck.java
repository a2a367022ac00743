package io.pgentrypoint.cli;

import io.pgentrypoint.probe.StatusClient;
import io.pgentrypoint.report.ExitCode;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// What HEALTHCHECK runs every few seconds, for ever: nothing is loaded but java.base, so that it
/// costs hardly more than a VM that does nothing. [io.pgentrypoint.launch.Launcher] comes here
/// directly.
public final class Healthcheck {

    // Within the engine's timeout: a check that is killed from outside may be left behind.
    private static final long LONGEST_NANOS = 4_000_000_000L;

    private Healthcheck() {}

    public static void main(String[] args) {
        Thread deadline = new Deadline();
        deadline.setDaemon(true);
        deadline.start();
        end(run());
    }

    /// Docker reserves every code but 0 and 1.
    static int run() {
        try {
            StatusClient.Reply reply = StatusClient.ask(SystemEnvironment.port());
            System.out.println(reply.verdict());
            return reply.healthy() ? ExitCode.OK.code() : ExitCode.UNHEALTHY.code();
        } catch (StatusClient.NobodyListens e) {
            if (!NodeProcess.isExpected()) {
                System.out.println("healthy: no entrypoint runs here");
                return ExitCode.OK.code();
            }
            System.out.println("not healthy: ".concat(String.valueOf(e.getMessage())));
            return ExitCode.UNHEALTHY.code();
        } catch (IOException e) {
            System.out.println("not healthy: ".concat(String.valueOf(e.getMessage())));
            return ExitCode.UNHEALTHY.code();
        }
    }

    /// Not `System.exit`, which looks for a logger first.
    private static void end(int code) {
        Runtime.getRuntime().halt(code);
    }

    /// A class, because a lambda costs milliseconds to link.
    private static final class Deadline extends Thread {
        @Override
        public void run() {
            long end = System.nanoTime() + LONGEST_NANOS;
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(LONGEST_NANOS);
            }
            System.out.println("not healthy: the entrypoint does not answer");
            end(ExitCode.UNHEALTHY.code());
        }
    }
}
