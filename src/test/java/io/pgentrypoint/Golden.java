package io.pgentrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares a text with a file that people can read and review. `mvn test -Dgolden.update=true`
/// writes the files instead; the difference is then for `git diff` and its reader.
public final class Golden {

    private static final Path ROOT = Path.of("src/test/resources/io/pgentrypoint");

    private Golden() {}

    /// @param path below src/test/resources/io/pgentrypoint
    public static void matches(String path, String actual) {
        Path file = ROOT.resolve(path);
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(file.resolveSibling("."));
                Files.writeString(file, actual);
            }
            assertThat(file).as("write it with -Dgolden.update=true").exists();
            assertThat(actual).as("the text of %s", file).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
