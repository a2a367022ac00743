package io.pgentrypoint.cli;

import io.pgentrypoint.observe.access.PathWalk;
import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.process.OpenFile;
import io.pgentrypoint.report.Logging;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The time zone of our lines: that of the server's lines between them. `initdb` takes it from TZ
/// and writes it into postgresql.conf; a later start with another TZ, or a clone, keeps it.
final class LogZone {

    private static final String NAME = "log_timezone";

    /// What stands behind the name on its line.
    private static final Pattern VALUE =
            Pattern.compile("(?:[ \\t]*+=[ \\t]*+|[ \\t]++(?!=)|(?='))(?:'([^']++)'|([^'#\\s]++))");

    /// Where Debian's PostgreSQL looks zones up.
    private static final Path KNOWN_TO_SERVER = Path.of("/usr/share/zoneinfo");

    private static final Path LOCAL_TIME = Path.of("/etc/localtime");

    /// Of a configuration file, in bytes: that of initdb has 30 kB.
    private static final int LONGEST = 1 << 20;

    private static final ZoneId GMT = ZoneId.of("GMT");

    /// Names of UTC. `ZoneId.of("UTC")` has no rules: for any other zone, and for its own default,
    /// the JDK reads those of all zones, which takes a young VM longer than to read the settings.
    private static final Set<String> UTC = Set.of("UTC", "Etc/UTC");

    private static final ZoneId OF_CONTAINER =
            known(ofContainer(SystemEnvironment.timeZone(), LOCAL_TIME));

    private LogZone() {}

    /// Until the server's is known. The driver tells the JVM's zone to each server, and one that
    /// does not know it takes no connection: every server knows GMT.
    static void ofContainer() {
        Logging.zone(OF_CONTAINER);
        TimeZone.setDefault(new SimpleTimeZone(0, GMT.getId()));
    }

    /// @param name in TZ, or nothing
    /// @param link to the file of the system's own zone
    static ZoneId ofContainer(String name, Path link) {
        boolean utc = name.isEmpty() ? leadsToUtc(link) : UTC.contains(name);
        return utc ? ZoneId.of("UTC") : ZoneId.systemDefault();
    }

    private static boolean leadsToUtc(Path link) {
        try {
            Path zone = Files.readSymbolicLink(link);
            return UTC.stream().anyMatch(name -> zone.endsWith(Path.of("zoneinfo", name)));
        } catch (IOException e) {
            return false;
        }
    }

    /// A look at the files only: the right zone is worth no server to ask, and no refusal.
    static void ofServer(Settings settings) {
        Layout layout = new Layout(settings.dataDirectory());
        Optional<String> given =
                settings.serverArguments()
                        .setting(NAME)
                        .or(() -> inFile(layout.postgresqlAutoConf()))
                        .or(() -> Optional.ofNullable(settings.serverSettings().get(NAME)));
        Logging.zone(
                given.or(() -> inFile(layout.postgresqlConf()))
                        .or(() -> inFile(layout.patroniBaseConf()))
                        .flatMap(LogZone::zone)
                        .orElse(OF_CONTAINER));
    }

    /// A file may have the setting more than once; the server takes the last one. Line by line:
    /// each start reads 30 kB of comments, and one pattern for all of it is slow in a young VM.
    static Optional<String> in(String configuration) {
        Optional<String> last = Optional.empty();
        int end;
        for (int from = 0; from < configuration.length(); from = end + 1) {
            int newline = configuration.indexOf('\n', from);
            end = newline < 0 ? configuration.length() : newline;
            int name = from;
            while (name < end && isBlank(configuration.charAt(name))) {
                name++;
            }
            if (configuration.regionMatches(true, name, NAME, 0, NAME.length())) {
                Matcher value = VALUE.matcher(configuration.substring(name + NAME.length(), end));
                if (value.lookingAt()) {
                    last =
                            Optional.ofNullable(value.group(1))
                                    .or(() -> Optional.of(value.group(2)));
                }
            }
        }
        return last;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static Optional<String> inFile(Path file) {
        return OpenFile.available() && Identity.current().isRoot() ? inOpenFile(file) : read(file);
    }

    /// Root opens nothing in a volume by its path: another user may say what that means.
    private static Optional<String> inOpenFile(Path file) {
        try (PathWalk way = PathWalk.to(file.resolveSibling("."))) {
            if (!(way instanceof PathWalk.Found(OpenFile directory))) {
                return Optional.empty();
            }
            byte[] name = OpenFile.bytes(String.valueOf(file.getFileName()));
            try (OpenFile opened = directory.regular(name)) {
                return in(new String(opened.read(LONGEST), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return FileBytes.read(file)
                    .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                    .flatMap(LogZone::in);
        } catch (Refusal e) {
            return Optional.empty();
        }
    }

    private static Optional<ZoneId> zone(String name) {
        try {
            return Optional.of(ZoneId.of(UTC.contains(name) ? "UTC" : name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// initdb takes GMT for a TZ that the server does not know.
    private static ZoneId known(ZoneId zone) {
        return !Files.isDirectory(KNOWN_TO_SERVER)
                        || Files.exists(KNOWN_TO_SERVER.resolve(zone.getId()))
                        || zone.getId().startsWith("GMT")
                ? zone
                : GMT;
    }
}
