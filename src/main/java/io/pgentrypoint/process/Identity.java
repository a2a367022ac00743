package io.pgentrypoint.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Who this process is to the kernel, and the way down from root, which has no way back.
///
/// @param euid differs from uid only in a set-uid program; -1 each where the platform cannot tell
public record Identity(int uid, int gid, int euid) {

    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final int CAP_SETGID = 6;
    private static final int CAP_SETUID = 7;
    private static final int UNKNOWN = -1;

    /// One line of /etc/passwd.
    public record Account(String name, int uid, int gid, String home) {}

    public static Identity current() {
        if (Posix.available()) {
            return new Identity(Posix.getuid(), Posix.getgid(), Posix.geteuid());
        }
        return new Identity(status("Uid:", 1), status("Gid:", 1), status("Uid:", 2));
    }

    public boolean isRoot() {
        return euid == 0;
    }

    public static Optional<Account> account(String name) {
        return accounts().filter(account -> account.name().equals(name)).findFirst();
    }

    public static Optional<Account> account(int uid) {
        return accounts().filter(account -> account.uid() == uid).findFirst();
    }

    /// Makes the whole JVM that user: supplementary groups, then gid, then uid, as each needs a
    /// capability that the next one drops. Nothing happens when it is that user already.
    public static void stepDownTo(String user, int uid, int gid) {
        Identity now = current();
        if (now.uid() == uid && now.euid() == uid && now.gid() == gid) {
            return;
        }
        if (!Posix.available()) {
            throw Refusals.noNativeCalls(user);
        }
        if (!now.isRoot()) {
            throw Refusals.notRoot(user, now.uid());
        }
        check(user, "initgroups", "SETGID", Posix.initgroups(user, gid));
        check(user, "setresgid", "SETGID", Posix.setresgid(gid));
        check(user, "setresuid", "SETUID", Posix.setresuid(uid));
        verify(user, uid, gid);
    }

    /// The environment of PID 1 holds passwords. With this, no process of the same user reads it in
    /// /proc, nor our memory; a step down from root has the same effect by itself.
    public static void hideFromEqualUsers() {
        if (Posix.available()) {
            Posix.makeUndumpable();
        }
    }

    /// From now on no program that is started gains anything by it: a set-uid bit, a set-gid bit
    /// and capabilities of a file count for nothing (PR_SET_NO_NEW_PRIVS). It cannot be undone. The
    /// kernel keeps it for each thread, and a new one has it from the one that makes it: so this is
    /// the first thing that a start does, before there is another thread that starts programs.
    public static void forbidNewPrivileges() {
        if (Posix.available()) {
            int _ = Posix.forbidNewPrivileges();
        }
    }

    private static void check(String user, String call, String capability, int result) {
        if (result == 0) {
            return;
        }
        int bit = capability.equals("SETUID") ? CAP_SETUID : CAP_SETGID;
        throw result == -Posix.EPERM && !hasCapability(bit)
                ? Refusals.noCapability(user, capability)
                : Refusals.callFailed(user, call, Posix.reason(result));
    }

    /// A capability kept over setresuid (SECBIT_KEEP_CAPS) would be a way back to root.
    private static void verify(String user, int uid, int gid) {
        Identity now = current();
        boolean wayBack = uid != 0 && Posix.setresuid(0) == 0;
        if (wayBack || !now.equals(new Identity(uid, gid, uid))) {
            throw Refusals.stillRoot(user, current());
        }
    }

    private static boolean hasCapability(int bit) {
        return field("CapEff:", 1)
                .map(hex -> (Long.parseUnsignedLong(hex, 16) >> bit & 1) == 1)
                .orElse(true);
    }

    private static int status(String name, int column) {
        return field(name, column).map(Integer::parseInt).orElse(UNKNOWN);
    }

    private static Optional<String> field(String name, int column) {
        return lines(STATUS)
                .filter(line -> line.startsWith(name))
                .map(line -> SPACE.splitAsStream(line).toList().get(column))
                .findFirst();
    }

    private static Stream<Account> accounts() {
        return lines(PASSWD).flatMap(line -> parse(line).stream());
    }

    static Optional<Account> parse(String line) {
        List<String> fields = List.of(line.split(":", -1));
        try {
            return fields.size() < 7
                    ? Optional.empty()
                    : Optional.of(
                            new Account(
                                    fields.get(0),
                                    Integer.parseUnsignedInt(fields.get(2)),
                                    Integer.parseUnsignedInt(fields.get(3)),
                                    fields.get(5)));
        } catch (NumberFormatException e) {
            // A NIS line such as "+::::::"; it names nobody.
            return Optional.empty();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            // Latin-1 takes any byte: a comment in an unknown encoding must not hide an account.
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
