package io.pgentrypoint.process;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Our arguments and environment as the bytes that we were started with. Java decodes both by the
/// locale, and what the locale does not know is gone from its strings.
final class RawStrings {

    private static final List<byte[]> ARGUMENTS = read("/proc/self/cmdline");

    // Read once and early: after the step down from root the file still belongs to root.
    private static final List<byte[]> ENVIRONMENT = read("/proc/self/environ");

    private RawStrings() {}

    static List<byte[]> arguments() {
        return ARGUMENTS;
    }

    static List<byte[]> environment() {
        return ENVIRONMENT;
    }

    /// The bytes of these arguments of ours, where they are the last that we were started with.
    static List<byte[]> ofArguments(List<String> argv) {
        int from = ARGUMENTS.size() - argv.size();
        if (from > 0) {
            List<byte[]> last = ARGUMENTS.subList(from, ARGUMENTS.size());
            if (last.stream().map(RawStrings::decoded).toList().equals(argv)) {
                return last;
            }
        }
        return argv.stream().map(RawStrings::encoded).toList();
    }

    /// The same for variables, one by one.
    static List<byte[]> ofEnvironment(Map<String, String> environment) {
        Map<String, byte[]> inherited = new HashMap<>();
        ENVIRONMENT.forEach(entry -> inherited.put(decoded(entry), entry));
        return environment.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .map(entry -> inherited.getOrDefault(entry, encoded(entry)))
                .toList();
    }

    static Optional<String> value(List<byte[]> environment, String name) {
        return environment.stream()
                .filter(entry -> isNamed(entry, name))
                .map(entry -> decoded(entry).substring(name.length() + 1))
                .findFirst();
    }

    static boolean isNamed(byte[] entry, String name) {
        return decoded(entry).startsWith(name + "=");
    }

    static byte[] encoded(String string) {
        return string.getBytes(platform());
    }

    private static String decoded(byte[] bytes) {
        return new String(bytes, platform());
    }

    /// What the VM decodes arguments, variables and file names with.
    static Charset platform() {
        return Charset.forName(
                System.getProperty("sun.jnu.encoding", System.getProperty("native.encoding")));
    }

    private static List<byte[]> read(String file) {
        List<byte[]> strings = new ArrayList<>();
        try {
            // Latin-1 is one char for one byte, both ways.
            Charset bytes = StandardCharsets.ISO_8859_1;
            String all = Files.readString(Path.of(file), bytes);
            int start = 0;
            for (int end = all.indexOf(0); end >= 0; end = all.indexOf(0, start)) {
                strings.add(all.substring(start, end).getBytes(bytes));
                start = end + 1;
            }
        } catch (IOException e) {
            // No /proc, or not ours any more: what Java decoded has to do.
            return List.of();
        }
        return strings;
    }
}
