package io.pgentrypoint.execute;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Our lines in the user's files. Every other line of theirs stays, byte for byte.
final class ConfigurationFiles {

    private static final Pattern ASSIGNMENT =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.]*)\\s*(=.*|\\s.*)?");

    private ConfigurationFiles() {}

    static void include(Layout layout) throws IOException {
        String text = AtomicFiles.read(layout.postgresqlConf());
        if (text.lines().anyMatch(Layout.INCLUDE_LINE::equals)) {
            return;
        }
        AtomicFiles.edit(layout.postgresqlConf(), ended(text) + Layout.INCLUDE_LINE + "\n");
    }

    /// In place of our block, or at the end: the user's rules come first and win, as with the
    /// official image.
    static void writeHbaBlock(Layout layout, String block) throws IOException {
        String text = AtomicFiles.read(layout.hbaConf());
        int begin = text.indexOf(Layout.HBA_BEGIN);
        int end = text.indexOf(Layout.HBA_END);
        if ((begin < 0) != (end < 0) || end < begin) {
            throw new Refusal(
                    ExitCode.DATA,
                    "cannot find our block in "
                            + layout.hbaConf()
                            + ": one of its two marks is gone",
                    "remove the remaining mark and the rules beside it that are not yours");
        }
        if (begin < 0) {
            AtomicFiles.edit(layout.hbaConf(), ended(text) + "\n" + block);
            return;
        }
        String after = text.substring(end + Layout.HBA_END.length());
        AtomicFiles.edit(
                layout.hbaConf(),
                text.substring(0, begin)
                        + block.stripTrailing()
                        + (after.isEmpty() ? "\n" : after));
    }

    static void removeAutoSettings(Layout layout, Set<String> names) throws IOException {
        if (!Files.exists(layout.postgresqlAutoConf())) {
            return;
        }
        String text = AtomicFiles.read(layout.postgresqlAutoConf());
        String kept =
                text.lines()
                        .filter(line -> !names.contains(nameSetBy(line)))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
        if (!kept.equals(text)) {
            AtomicFiles.edit(layout.postgresqlAutoConf(), kept);
        }
    }

    private static String nameSetBy(String line) {
        var match = ASSIGNMENT.matcher(line);
        return match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static String ended(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
}
