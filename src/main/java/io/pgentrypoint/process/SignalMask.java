package io.pgentrypoint.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// Which signals wait for us instead of doing what they do by default.
final class SignalMask {

    /// All that can be blocked.
    static final Set<Signal> WATCHED = EnumSet.complementOf(EnumSet.of(Signal.KILL));

    private SignalMask() {}

    /// The first thread's mask says whether the kernel keeps signals for us; this thread's mask
    /// whether the VM leaves them alone. HUP, INT and TERM it does with -Xrs only. USR2 it opens in
    /// its threads to suspend them, unless _JAVA_SR_SIGNUM names another signal: measured without,
    /// none of 40 reached us.
    static boolean keepsAll() {
        return ofProcess().containsAll(WATCHED)
                && blocked("/proc/thread-self/status").containsAll(WATCHED);
    }

    /// The mask of the first thread, which no Java code changes: what this process was started
    /// with.
    static Set<Signal> ofProcess() {
        return blocked("/proc/self/status");
    }

    /// A shell starts its background jobs with INT and QUIT ignored, and an ignored signal stays
    /// ignored through execve: no child of ours could be interrupted.
    static void heedAll() {
        read("/proc/self/status", "SigIgn:").forEach(Posix::byDefault);
    }

    private static Set<Signal> blocked(String status) {
        return read(status, "SigBlk:");
    }

    private static Set<Signal> read(String status, String field) {
        try {
            return Files.readAllLines(Path.of(status)).stream()
                    .filter(line -> line.startsWith(field))
                    .map(line ->
                            of(Long.parseUnsignedLong(line.substring(field.length()).strip(), 16)))
                    .findFirst()
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }

    private static Set<Signal> of(long mask) {
        Set<Signal> signals = EnumSet.noneOf(Signal.class);
        for (Signal signal : WATCHED) {
            if ((mask >> (signal.number() - 1) & 1) == 1) {
                signals.add(signal);
            }
        }
        return signals;
    }
}
