package io.pgentrypoint.connect;

import io.pgentrypoint.kit.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Certificates for a test, by the openssl program: PEM files just as users have them.
public record Certificates(Path directory) {

    /// An authority that signs itself.
    public static Certificates create(Path directory) {
        return create(directory, "test authority");
    }

    public static Certificates create(Path directory, String name) {
        Certificates certificates = new Certificates(directory);
        certificates.key("ca", "RSA");
        certificates.openssl(
                "req",
                "-x509",
                "-new",
                "-key",
                "ca.key",
                "-subj",
                "/CN=" + name,
                "-days",
                "2",
                "-out",
                "ca.crt");
        return certificates;
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    /// `name.key` and `name.crt`, signed by the authority.
    public Certificates issue(
            String name, String algorithm, String commonName, String alternative) {
        key(name, algorithm);
        openssl("req", "-new", "-key", name + ".key", "-subj", "/CN=" + commonName, "-out", "csr");
        try {
            Files.writeString(file("extensions"), "subjectAltName=" + alternative + "\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        openssl(
                "x509",
                "-req",
                "-in",
                "csr",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                "extensions",
                "-out",
                name + ".crt");
        return this;
    }

    private void key(String name, String algorithm) {
        List<String> how =
                algorithm.equals("EC")
                        ? List.of("EC", "-pkeyopt", "ec_paramgen_curve:P-256")
                        : List.of(algorithm);
        List<String> arguments = new ArrayList<>(List.of("genpkey", "-out", name + ".key"));
        arguments.add("-algorithm");
        arguments.addAll(how);
        openssl(arguments.toArray(String[]::new));
        try {
            Files.setPosixFilePermissions(
                    file(name + ".key"), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void openssl(String... arguments) {
        List<String> argv =
                new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec openssl \"$@\""));
        argv.add(directory.toString());
        argv.addAll(List.of(arguments));
        String _ = RealCluster.execute(argv);
    }
}
