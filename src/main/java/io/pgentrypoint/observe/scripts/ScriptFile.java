package io.pgentrypoint.observe.scripts;

import io.pgentrypoint.observe.scripts.Script.Use;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.FileOwner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Reads one script and says what will become of it. What cannot work is found here, before
/// anything is built, and not by the shell in the middle of it.
final class ScriptFile {

    /// More of a script than anybody writes by hand.
    private static final int LOOKED_AT = 1 << 20;

    private ScriptFile() {}

    static Script read(Path file) {
        String name = String.valueOf(file.getFileName());
        Use byName = byName(file, name);
        if (byName == Use.IGNORE) {
            return new Script(file, byName, hint(name));
        }
        Optional<String> obstacle = obstacle(file, byName);
        if (obstacle.isPresent()) {
            return new Script(file, Use.CANNOT_RUN, obstacle);
        }
        return switch (byName) {
            case RUN -> executable(file, beginning(file));
            case SOURCE -> new Script(file, byName, lineEnds(beginning(file)));
            case SQL, SQL_GZ, SQL_XZ, SQL_ZST, IGNORE, CANNOT_RUN ->
                    new Script(file, byName, Optional.empty());
        };
    }

    private static Use byName(Path file, String name) {
        if (name.endsWith(".sh")) {
            return Files.isExecutable(file) ? Use.RUN : Use.SOURCE;
        }
        if (name.endsWith(".sql")) {
            return Use.SQL;
        }
        if (name.endsWith(".sql.gz")) {
            return Use.SQL_GZ;
        }
        if (name.endsWith(".sql.xz")) {
            return Use.SQL_XZ;
        }
        return name.endsWith(".sql.zst") ? Use.SQL_ZST : Use.IGNORE;
    }

    private static Optional<String> hint(String name) {
        String small = name.toLowerCase(java.util.Locale.ROOT);
        if (!small.equals(name) && small.matches(".*\\.(sh|sql(\\.(gz|xz|zst))?)")) {
            return Optional.of("write its extension in small letters to have it run");
        }
        return small.matches(".*\\.(dump|backup|tar)")
                ? Optional.of("call pg_restore from a .sh file to load it")
                : Optional.empty();
    }

    private static Optional<String> obstacle(Path file, Use use) {
        if (!Files.exists(file)) {
            return Optional.of("it is a symbolic link to nothing; correct or remove it");
        }
        if (Files.isDirectory(file)) {
            return Optional.of(
                    """
                    it is a directory (an engine makes one where a mounted file is \
                    missing); mount the file, or rename the directory\
                    """);
        }
        // A program without a #! line is read by bash; another needs to be readable for its
        // interpreter.
        return Files.isReadable(file)
                ? Optional.empty()
                : Optional.of(
                        "it cannot be read by uid %s (%s%s"
                                .formatted(
                                        Identity.current().euid(),
                                        ownership(file),
                                        use == Use.RUN ? "); chmod a+rx it" : "); chmod a+r it"));
    }

    private static String ownership(Path file) {
        return FileOwner.of(file).map(FileOwner::toString).orElse("on the way to it");
    }

    private static Script executable(Path file, String text) {
        if (!text.startsWith("#!")) {
            return new Script(file, Use.RUN, lineEnds(text));
        }
        String line = text.lines().findFirst().orElse("");
        // lines() takes the \r too; the kernel does not.
        if (text.startsWith(line + "\r")) {
            return new Script(
                    file,
                    Use.CANNOT_RUN,
                    Optional.of(
                            """
                            its first line ends with a carriage return (CRLF), which the \
                            kernel takes for a part of the interpreter's name; save it \
                            with Unix line ends, for example with dos2unix\
                            """));
        }
        String interpreter = line.substring(2).strip().split("[ \t]", 2)[0];
        // The kernel's name of a file ends at a NUL, as it is not checked here.
        if (interpreter.startsWith("/")
                && interpreter.indexOf('\0') < 0
                && !Files.isExecutable(Path.of(interpreter))) {
            return new Script(
                    file,
                    Use.CANNOT_RUN,
                    Optional.of(
                            """
                            its interpreter %s is missing or not executable here; install \
                            it, or correct the first line\
                            """
                                    .formatted(interpreter)));
        }
        return new Script(file, Use.RUN, lineEnds(text));
    }

    private static Optional<String> lineEnds(String text) {
        return text.contains("\r\n")
                ? Optional.of(
                        """
                        it has Windows line ends (CRLF), which a shell takes for a part \
                        of each command; save it with Unix line ends, for example with \
                        dos2unix\
                        """)
                : Optional.empty();
    }

    /// One character a byte.
    private static String beginning(Path file) {
        // A pipe would wait for a writer, and be empty for the next reader.
        if (!Files.isRegularFile(file, new LinkOption[0])) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
