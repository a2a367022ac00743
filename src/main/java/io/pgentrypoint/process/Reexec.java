package io.pgentrypoint.process;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/// Starts this program over in place, with the same arguments and what a running VM cannot change
/// about itself any more: its signal mask, its flags, its locale. It costs one more start of the
/// VM, so the image is made such that it is not needed.
public final class Reexec {

    /// HotSpot suspends threads with USR2 unless this names another signal; 50 is a real-time one.
    private static final String SUSPEND_SIGNAL = "_JAVA_SR_SIGNUM";

    /// Marks a VM that was started over, so that one which does not get what it wanted goes on.
    private static final String BLOCKED = "ENTRYPOINT_REEXEC";

    /// The same for the locale; it holds the LC_ALL that children shall have.
    private static final String LOCALE = "ENTRYPOINT_LC_ALL";

    private static final String LC_ALL = "LC_ALL";
    private static final String UTF_8 = "C.UTF-8";

    private static final Pattern DESCRIPTOR =
            Pattern.compile("\\w+_FILE=/(?:dev|proc/self)/fd/([0-9]{1,9})");

    private Reexec() {}

    /// In LANG=C Java destroys every character of its arguments and variables that is not ASCII, a
    /// password's too, and cannot hand one to a child. Call it before anything reads them: where
    /// there is such a character, the VM starts once more in C.UTF-8. Children do not see that.
    public static void ifCharactersAreLost() {
        if (!RawStrings.platform().equals(StandardCharsets.US_ASCII) || !Posix.available()) {
            return;
        }
        List<byte[]> environment = new ArrayList<>(RawStrings.environment());
        boolean ascii =
                RawStrings.arguments().stream().allMatch(Reexec::isAscii)
                        && environment.stream().allMatch(Reexec::isAscii);
        if (ascii || RawStrings.value(environment, LOCALE).isPresent()) {
            return;
        }
        String before = RawStrings.value(environment, LC_ALL).orElse("");
        environment.removeIf(entry -> RawStrings.isNamed(entry, LC_ALL));
        environment.add(RawStrings.encoded(LC_ALL + "=" + UTF_8));
        environment.add(RawStrings.encoded(LOCALE + "=" + before));
        // Not this thread's mask, in which the VM has opened some, but what it was started with.
        Posix.setMask(SignalMask.ofProcess());
        startOver(RawStrings.arguments(), environment);
    }

    /// Returns when it was done before, or cannot be done.
    static void withSignalsBlocked() {
        List<byte[]> argv = new ArrayList<>(RawStrings.arguments());
        List<byte[]> environment = new ArrayList<>(RawStrings.environment());
        if (argv.isEmpty() || RawStrings.value(environment, BLOCKED).isPresent()) {
            return;
        }
        // -Xrs: the VM leaves the signals alone. It then opens the attach socket at once, which is
        // a way into PID 1 for anyone of the same uid.
        argv.add(1, RawStrings.encoded("-Xrs"));
        argv.add(2, RawStrings.encoded("-XX:+DisableAttachMechanism"));
        environment.add(RawStrings.encoded(BLOCKED + "=1"));
        if (RawStrings.value(environment, SUSPEND_SIGNAL).isEmpty()) {
            environment.add(RawStrings.encoded(SUSPEND_SIGNAL + "=50"));
        }
        Posix.block(SignalMask.WATCHED);
        startOver(argv, environment);
        Posix.setMask(Set.of());
    }

    private static void startOver(List<byte[]> argv, List<byte[]> environment) {
        int result =
                Posix.execve(
                        RawStrings.encoded("/proc/self/exe"),
                        argv,
                        environment,
                        named(environment));
        // Made here: a command that logs nothing sets up no log.
        LoggerFactory.getLogger(Reexec.class)
                .warn("cannot start this program over: {}", Posix.reason(result));
    }

    /// Descriptors that a variable names as a file, as a process substitution of bash gives them.
    private static Set<Integer> named(List<byte[]> environment) {
        return environment.stream()
                .map(entry -> DESCRIPTOR.matcher(new String(entry, StandardCharsets.ISO_8859_1)))
                .filter(Matcher::matches)
                .map(match -> Integer.valueOf(match.group(1)))
                .collect(Collectors.toSet());
    }

    /// What a child gets of this environment: without our own variables, and with the locale that
    /// we were given. A caller that set another LC_ALL on purpose keeps it.
    static Map<String, String> undone(Map<String, String> environment) {
        Map<String, String> kept = new TreeMap<>(environment);
        String before = kept.remove(LOCALE);
        if (before != null && UTF_8.equals(kept.get(LC_ALL))) {
            if (before.isEmpty()) {
                kept.remove(LC_ALL);
            } else {
                kept.put(LC_ALL, before);
            }
        }
        kept.keySet().removeAll(Set.of(BLOCKED, SUSPEND_SIGNAL));
        return kept;
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }
}
