package io.pgentrypoint.execute;

import io.pgentrypoint.observe.ManagedBlock;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Our lines in the user's files. Every other line of theirs stays, byte for byte: the files are
/// read as single bytes, whatever their encoding.
final class ConfigurationFiles {

    private static final Pattern ASSIGNMENT =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.]*)\\s*(=.*|\\s.*)?");

    private ConfigurationFiles() {}

    static void include(Layout layout) throws IOException {
        String text = read(layout.postgresqlConf());
        if (text.lines().noneMatch(Layout.INCLUDE_LINE::equals)) {
            write(layout.postgresqlConf(), ended(text) + Layout.INCLUDE_LINE + "\n");
        }
    }

    /// In place of our block, or at the end: the user's rules come first and win, as with the
    /// official image. An empty block is removed.
    static void writeHbaBlock(Layout layout, String block) throws IOException {
        String text = read(layout.hbaConf());
        String ours = singleBytes(block);
        Optional<ManagedBlock> present = ManagedBlock.in(text);
        String edited =
                present.map(found ->
                                text.substring(0, found.start())
                                        + ours
                                        + text.substring(found.end()))
                        .orElseGet(() -> ours.isEmpty() ? text : ended(text) + ours);
        if (!edited.equals(text)) {
            write(layout.hbaConf(), edited);
        }
    }

    static void appendHostRule(Layout layout, String rule) throws IOException {
        write(layout.hbaConf(), ended(read(layout.hbaConf())) + "\n" + singleBytes(rule));
    }

    static void takeBack(Layout layout) throws IOException {
        removeLines(layout.postgresqlConf(), Layout.INCLUDE_LINE::equals);
        writeHbaBlock(layout, "");
        AtomicFiles.deleteIfExists(layout.settingsFile());
    }

    static void removeAutoSettings(Layout layout, Set<String> names) throws IOException {
        removeLines(layout.postgresqlAutoConf(), line -> names.contains(nameSetBy(line)));
    }

    private static void removeLines(Path file, Predicate<String> unwanted) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        String text = read(file);
        StringBuilder kept = new StringBuilder();
        for (int at = 0; at < text.length(); ) {
            int newline = text.indexOf('\n', at);
            int next = newline < 0 ? text.length() : newline + 1;
            String line = text.substring(at, next);
            if (!unwanted.test(line.stripTrailing())) {
                kept.append(line);
            }
            at = next;
        }
        if (kept.length() != text.length()) {
            write(file, kept.toString());
        }
    }

    private static String nameSetBy(String line) {
        var match = ASSIGNMENT.matcher(line);
        return match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static void write(Path file, String singleBytes) throws IOException {
        AtomicFiles.edit(file, singleBytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String singleBytes(String ours) {
        return new String(ours.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String ended(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
}
