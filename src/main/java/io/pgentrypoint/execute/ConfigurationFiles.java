package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.observe.datadir.ManagedBlock;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Our lines in the user's files. Every other line of theirs stays, byte for byte: these files may
/// be in any encoding, so each byte is read as one character and written back as that byte.
final class ConfigurationFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFiles.class);

    // guc-file.l: the = is optional, and so is a blank before a quote
    private static final Pattern ASSIGNMENT =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.$]*)\\s*(?:[=\\s'].*)?", Pattern.DOTALL);
    private static final Pattern AFTER_LINE_END = Pattern.compile("(?<=\n)");

    private ConfigurationFiles() {}

    static void include(Layout layout) throws IOException {
        String text = read(layout.postgresqlConf());
        if (text.lines().anyMatch(Layout.INCLUDE_LINE::equals)) {
            return;
        }
        write(layout.postgresqlConf(), ended(text) + Layout.INCLUDE_LINE + "\n");
    }

    /// In place of our block, or at the end: the user's rules come first and win, as with the
    /// official image. An empty block is removed.
    static void writeHbaBlock(Layout layout, String block) throws IOException {
        String text = read(layout.hbaConf());
        String ours = singleBytes(block);
        Optional<ManagedBlock> present = ManagedBlock.in(text);
        if (present.isPresent()) {
            write(
                    layout.hbaConf(),
                    text.substring(0, present.get().start())
                            + ours
                            + text.substring(present.get().end()));
            return;
        }
        if (text.contains(Layout.HBA_BEGIN) || text.contains(Layout.HBA_END)) {
            LOG.warn(
                    """
                    {} has only one of the two lines between which our rules stand: all \
                    rules in it are taken for yours, and stay in force\
                    """,
                    layout.hbaConf());
        }
        if (!ours.isEmpty()) {
            write(layout.hbaConf(), ended(text) + "\n" + ours);
        }
    }

    static void appendHostRule(Layout layout, String rule) throws IOException {
        write(layout.hbaConf(), ended(read(layout.hbaConf())) + "\n" + singleBytes(rule));
    }

    /// All that is ours; the cluster is then as if we had never been there.
    static void takeBack(Layout layout) throws IOException {
        removeLines(layout.postgresqlConf(), line -> line.strip().equals(Layout.INCLUDE_LINE));
        writeHbaBlock(layout, "");
        AtomicFiles.deleteIfExists(layout.settingsFile());
    }

    static void removeAutoSettings(Layout layout, Set<String> names) throws IOException {
        removeLines(layout.postgresqlAutoConf(), line -> names.contains(nameSetBy(line)));
    }

    private static void removeLines(Path file, Predicate<String> unwanted) throws IOException {
        String text = read(file);
        String kept =
                AFTER_LINE_END
                        .splitAsStream(text)
                        .filter(unwanted.negate())
                        .collect(Collectors.joining());
        if (!kept.equals(text)) {
            write(file, kept);
        }
    }

    private static String nameSetBy(String line) {
        Matcher match = ASSIGNMENT.matcher(line);
        return match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static String singleBytes(String ours) {
        return new String(ours.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String ended(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    private static String read(Path file) throws IOException {
        try {
            return InputFile.latin1(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFiles.edit(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
