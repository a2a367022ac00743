package io.pgentrypoint.process;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import java.nio.file.Path;

/// Why a program is not started, and why this process does not become another user.
public final class Refusals {

    private Refusals() {}

    /// @param what is not done, as an order
    public static Refusal noMoreProcesses(String what, Throwable because) {
        return new Refusal(
                ExitCode.SYSTEM,
                "cannot %s: no more processes and threads may be started here".formatted(what),
                """
                raise the limit of this container (docker --pids-limit, systemd TasksMax, \
                ulimit -u) to 100 and one for each connection, or end other programs in it\
                """,
                because);
    }

    static Refusal notStarted(String title, Exception because) {
        return new Refusal(
                ExitCode.NOT_EXECUTABLE,
                "cannot run %s: %s".formatted(title, because.getMessage()),
                "check that this file is a program for this machine and that its user may run it",
                because);
    }

    static Refusal noSignal(Signal signal, long pid, Exception because) {
        return new Refusal(
                ExitCode.NOT_EXECUTABLE,
                "cannot send %s to process %s: %s".formatted(signal, pid, because.getMessage()),
                "run it on Linux with glibc on x86-64 or aarch64, or provide /bin/sh",
                because);
    }

    static Refusal notReplaced(ExitCode code, Path file, String reason) {
        return new Refusal(
                code,
                "cannot run %s: %s".formatted(file, reason),
                "check that it is a program for this machine, and the interpreter in its first line");
    }

    static Refusal noSuchFile(String name) {
        return new Refusal(
                ExitCode.NOT_FOUND,
                "cannot run %s: there is no such file".formatted(name),
                "check the path");
    }

    static Refusal notInPath(String name, String path) {
        return new Refusal(
                ExitCode.NOT_FOUND,
                "cannot run %s: not found in PATH=%s".formatted(name, path),
                "install it, correct the name, or give its full path");
    }

    static Refusal unknownCharacter(String name) {
        return new Refusal(
                ExitCode.NOT_FOUND,
                "cannot run %s: the locale does not know a character of that name".formatted(name),
                "set LANG=C.UTF-8");
    }

    static Refusal notExecutable(Path file) {
        return new Refusal(
                ExitCode.NOT_EXECUTABLE,
                "cannot run %s: not an executable file for uid %s"
                        .formatted(file, Identity.current().euid()),
                "chmod +x it, or check the mount option noexec");
    }

    static Refusal noNativeCalls(String user) {
        return notBecome(user, "no native calls on this platform", "start it as that user");
    }

    static Refusal notRoot(String user, int uid) {
        return notBecome(
                user,
                "this process has uid %s and only root can change that".formatted(uid),
                "start the container as root or with --user %s".formatted(user));
    }

    static Refusal noCapability(String user, String capability) {
        return callRefused(user, "root here lacks the capability %s".formatted(capability));
    }

    static Refusal callFailed(String user, String call, String reason) {
        return callRefused(user, "%s failed: %s".formatted(call, reason));
    }

    private static Refusal callRefused(String user, String why) {
        return notBecome(
                user,
                why,
                """
                start the container with --user %s, or give it the capabilities SETUID and SETGID\
                """
                        .formatted(user));
    }

    private static Refusal notBecome(String user, String why, String remedy) {
        return new Refusal(
                ExitCode.CANNOT_CREATE, "cannot become user %s: %s".formatted(user, why), remedy);
    }

    static Refusal stillRoot(String user, Identity now) {
        return new Refusal(
                ExitCode.BUG,
                "cannot give up root for good: the process is now %s instead of %s"
                        .formatted(now, user),
                "start the container with --user %s".formatted(user));
    }
}
