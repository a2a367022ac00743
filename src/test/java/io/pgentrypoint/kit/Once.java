package io.pgentrypoint.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// What takes long to make and is the same for many tests: made once for each build, beside the
/// jar, by the first that needs it. Other forks of the tests wait for that one.
public final class Once {

    /// Without the property it is a unit test, which starts no jar.
    private static final Path JAR =
            Path.of(System.getProperty("entrypoint.jar", "target/entrypoint.jar")).toAbsolutePath();

    private Once() {}

    public interface Making {
        void in(Path directory) throws IOException;
    }

    /// @param key all that it is made with
    public static synchronized Path made(String name, String key, Making making) {
        try {
            Path build = build(Files.createDirectories(JAR.resolveSibling("made-once")));
            Path made = build.resolve("%s-%08x".formatted(name, key.hashCode()));
            try (FileChannel file = lockFile(made + ".lock");
                    var _ = file.lock()) {
                if (!Files.exists(made)) {
                    Path half = build.resolve(made.getFileName() + ".half");
                    RealCluster.execute(List.of("rm", "-rf", half.toString()));
                    making.in(Files.createDirectory(half));
                    Files.move(half, made, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel lockFile(String name) throws IOException {
        return FileChannel.open(Path.of(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /// Nothing of another jar, Java or PostgreSQL is used, or kept.
    private static Path build(Path all) throws IOException {
        String key =
                "%d-%d-%08x"
                        .formatted(
                                Files.exists(JAR) ? Files.size(JAR) : 0,
                                Files.exists(JAR) ? Files.getLastModifiedTime(JAR).toMillis() : 0,
                                (Runtime.version().toString() + RealCluster.installed())
                                        .hashCode());
        Path build = all.resolve(key);
        try (FileChannel file = lockFile(all + ".lock");
                var _ = file.lock()) {
            if (!Files.exists(build)) {
                RealCluster.execute(List.of("rm", "-rf", all.toString()));
                Files.createDirectories(build);
            }
        }
        return build;
    }
}
