package io.pgentrypoint.process;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What the native calls take for granted, asked of the machine that runs these tests: x86-64 or
/// aarch64.
class PosixTest {

    /// The kernel's siginfo_t (uapi/asm-generic/siginfo.h): three ints, then a union that is
    /// aligned to a pointer. Both architectures use this one.
    @Test
    void the_pid_lies_where_the_generic_siginfo_has_it() {
        MemoryLayout union =
                MemoryLayout.structLayout(
                        JAVA_INT.withName("pid"),
                        JAVA_INT.withName("uid"),
                        JAVA_INT.withName("status"),
                        MemoryLayout.paddingLayout(4),
                        JAVA_LONG.withName("utime"),
                        JAVA_LONG.withName("stime"));
        MemoryLayout siginfo =
                MemoryLayout.structLayout(
                        JAVA_INT.withName("signo"),
                        JAVA_INT.withName("errno"),
                        JAVA_INT.withName("code"),
                        MemoryLayout.paddingLayout(4),
                        union.withName("fields"));
        assertThat(siginfo.byteOffset(groupElement("fields"), groupElement("pid")))
                .isEqualTo(Posix.SI_PID);
        assertThat(siginfo.byteSize()).isLessThanOrEqualTo(Posix.SIGINFO);
    }

    /// With another word size the one downcall shape would not carry pointers, nor timespec its two
    /// longs.
    @Test
    void long_size_t_and_pointers_have_eight_bytes() {
        for (String type : new String[] {"long", "size_t", "void*"}) {
            assertThat(Linker.nativeLinker().canonicalLayouts().get(type))
                    .as(type)
                    .isNotNull()
                    .extracting(MemoryLayout::byteSize)
                    .isEqualTo(8L);
        }
    }

    /// Each signal, through glibc's sigset_t, into the kernel's mask and back.
    @Test
    void the_kernel_reads_our_signal_set_as_we_mean_it() {
        for (Signal signal : EnumSet.complementOf(EnumSet.of(Signal.KILL))) {
            CompletableFuture<String> mask = new CompletableFuture<>();
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        Posix.setMask(Set.of(signal));
                        mask.complete(mask());
                    });
            assertThat(Long.parseUnsignedLong(mask.join(), 16))
                    .as(signal.name())
                    .isEqualTo(1L << (signal.number() - 1));
        }
    }

    private static String mask() {
        try {
            return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                    .filter(line -> line.startsWith("SigBlk:"))
                    .map(line -> line.substring(line.indexOf('\t') + 1))
                    .findFirst()
                    .orElse("0");
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void signals_and_errors_have_the_numbers_of_linux() throws Exception {
        for (Signal signal : Signal.values()) {
            Process name = new ProcessBuilder("bash", "-c", "kill -l " + signal.number()).start();
            assertThat(name.inputReader().readLine()).isEqualTo(signal.name());
        }
        assertThat(Posix.reason(-Posix.EPERM)).startsWith("Operation not permitted");
        assertThat(Posix.reason(-Posix.ENOENT)).startsWith("No such file or directory");
        assertThat(Posix.reason(-Posix.ENOEXEC)).startsWith("Exec format error");
        assertThat(Posix.reason(-Posix.EACCES)).startsWith("Permission denied");
    }

    @Test
    void a_failure_is_the_negative_errno_also_of_a_call_that_returns_an_int() {
        assertThat(Posix.kill(Integer.MAX_VALUE, 0)).isEqualTo(-3);
    }
}
