package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads what a cluster has of ours. The user's files may be in any encoding, so they are read as
/// single bytes, and only our own part as UTF-8.
public final class ManagedFilesReader {

    // guc-file.l: the name in any case, the = optional, the value quoted or not, then a comment
    private static final Pattern INCLUDE =
            Pattern.compile(
                    "\\s*include(?:_if_exists)?(?:\\s*=\\s*|\\s+|(?='))"
                            + "(?:'([^']*)'|([^'\\s#]+))\\s*(?:#.*)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME =
            Pattern.compile(
                    "\\s*([A-Za-z_][A-Za-z0-9_$]*(?:\\.[A-Za-z_][A-Za-z0-9_$]*+)*+)\\s*[=\\s'].*");

    private ManagedFilesReader() {}

    static ManagedFiles read(Layout layout) {
        String hbaConf = singleBytes(layout.hbaConf());
        return new ManagedFiles(
                FileBytes.utf8(layout.settingsFile()),
                includes(singleBytes(layout.postgresqlConf()), layout),
                hbaBlock(hbaConf),
                settings(singleBytes(layout.postgresqlAutoConf())),
                FileBytes.utf8(layout.passFile()).map(Secret::new),
                missing(layout),
                TlsFiles.read(layout, hbaConf));
    }

    private static Set<String> missing(Layout layout) {
        return ManagedFiles.CONFIGURATION.stream()
                .filter(name -> !FileBytes.exists(layout.dataDirectory().resolve(name)))
                .collect(Collectors.toSet());
    }

    /// Whether a postgresql.conf reads our file.
    public static boolean includes(String text, Layout layout) {
        return text.lines()
                .anyMatch(line -> line.equals(Layout.INCLUDE_LINE) || isInclude(line, layout));
    }

    private static boolean isInclude(String line, Layout layout) {
        Matcher include = INCLUDE.matcher(line);
        if (!include.matches()) {
            return false;
        }
        String file = include.group(1) == null ? include.group(2) : include.group(1);
        try {
            Path named = layout.dataDirectory().resolve(file).normalize();
            return named.equals(layout.settingsFile().normalize());
        } catch (InvalidPathException e) {
            // Our own file's name can be written.
            return false;
        }
    }

    private static Optional<String> hbaBlock(String text) {
        return ManagedBlock.in(text)
                .map(block -> block.of(text).getBytes(StandardCharsets.ISO_8859_1))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /// What a postgresql.auto.conf sets.
    public static Set<String> settings(String text) {
        Set<String> names = new TreeSet<>();
        text.lines()
                .forEach(line -> {
                    Matcher name = NAME.matcher(line);
                    if (name.matches()) {
                        names.add(name.group(1).toLowerCase(Locale.ROOT));
                    }
                });
        return names;
    }

    private static String singleBytes(Path file) {
        return FileBytes.read(file)
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .orElse("");
    }
}
