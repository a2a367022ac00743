package io.pgentrypoint.execute.server;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.process.Identity;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A name for a uid that has none in /etc/passwd, such as OpenShift's: initdb and psql look theirs
/// up and stop without one. libnss_wrapper answers from two files of ours. The server itself asks
/// for no name, and runs without a foreign library.
public final class NamedUser implements AutoCloseable {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String WRAPPER = "libnss_wrapper.so";

    private final Map<String, String> variables;
    private final List<Path> files;

    private NamedUser(Map<String, String> variables, List<Path> files) {
        this.variables = variables;
        this.files = files;
    }

    /// @param staging beside it the two files lie as long as they are needed
    public static NamedUser of(Layout staging) throws IOException {
        Identity identity = Identity.current();
        if (Identity.account(identity.uid()).isPresent()) {
            return new NamedUser(Map.of(), List.of());
        }
        Path library = library(identity);
        Path passwd = beside(staging, "passwd");
        Path group = beside(staging, "group");
        AtomicFiles.write(
                passwd,
                "postgres:x:%d:%d:PostgreSQL:%s:/bin/false\n"
                        .formatted(identity.uid(), identity.gid(), staging.dataDirectory()));
        AtomicFiles.write(group, "postgres:x:%d:\n".formatted(identity.gid()));
        return new NamedUser(
                Map.of(
                        "LD_PRELOAD",
                        library.toString(),
                        "NSS_WRAPPER_PASSWD",
                        passwd.toString(),
                        "NSS_WRAPPER_GROUP",
                        group.toString()),
                List.of(passwd, group));
    }

    public Map<String, String> environment(Map<String, String> of) {
        Map<String, String> all = new TreeMap<>(of);
        all.putAll(variables);
        return all;
    }

    private static Path beside(Layout staging, String name) {
        return AtomicFiles.parent(staging.dataDirectory()).resolve("nss." + name);
    }

    private static Path library(Identity identity) throws IOException {
        return found(LIBRARIES).orElseThrow(() -> Refusals.unnamedUser(identity.uid(), WRAPPER));
    }

    /// In a directory of the machine's architecture, or in none.
    private static Optional<Path> found(Path libraries) throws IOException {
        try (DirectoryStream<Path> architectures =
                Files.newDirectoryStream(libraries, "*-linux-gnu")) {
            for (Path architecture : architectures) {
                if (Files.exists(architecture.resolve(WRAPPER))) {
                    return Optional.of(architecture.resolve(WRAPPER));
                }
            }
        }
        return Optional.of(libraries.resolve(WRAPPER)).filter(Files::exists);
    }

    @Override
    public void close() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
