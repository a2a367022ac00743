package io.pgentrypoint.connect;

import io.pgentrypoint.report.InputFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What protects a connection, in libpq's terms.
///
/// @param mode the word of sslmode
/// @param accepted the ways to log in that are accepted, in the words of require_auth
/// @param bindsChannel whether SCRAM must be tied to the TLS connection
public record Security(
        String mode,
        Optional<Path> rootCertificate,
        Optional<Path> certificate,
        Optional<Path> key,
        List<String> accepted,
        boolean bindsChannel) {

    private static final String NONE = "none";

    public Security {
        accepted = List.copyOf(accepted);
    }

    /// The same as the driver names it.
    ///
    /// @throws SQLException for a file that the driver would read without end
    Map<String, String> properties() throws SQLException {
        for (Optional<Path> file : List.of(rootCertificate, certificate, key)) {
            if (file.isPresent()) {
                requireBounded(file.get());
            }
        }
        Map<String, String> properties = new TreeMap<>();
        properties.put("sslmode", mode);
        rootCertificate.ifPresent(path -> properties.put("sslrootcert", path.toString()));
        certificate.ifPresent(path -> properties.put("sslcert", path.toString()));
        key.ifPresent(path -> properties.put("sslkey", path.toString()));
        // The driver takes a PEM key for RSA unless it is told; libpq finds out by itself.
        certificate
                .flatMap(Security::keyAlgorithm)
                .ifPresent(name -> properties.put("pemKeyAlgorithm", name));
        properties.put("authenticationPluginClassName", GuardedPassword.class.getName());
        properties.put(GuardedPassword.ACCEPTED, String.join(",", accepted));
        if (!accepted.contains(NONE)) {
            // A server that asks for nothing never comes to the plug-in. This takes no password
            // method away: the plug-in knows which one was asked for, and the driver does not say.
            properties.put("requireAuth", "!none");
        }
        if (bindsChannel) {
            properties.put("channelBinding", "require");
        }
        return properties;
    }

    private static void requireBounded(Path file) throws SQLException {
        try {
            byte[] _ = InputFile.bytes(file);
        } catch (NoSuchFileException | AccessDeniedException e) {
            // The driver says so itself, if it comes to read the file at all.
        } catch (IOException e) {
            throw new SQLException("cannot read " + file, "08006", e);
        }
    }

    /// Empty when the file is no certificate: the driver says so better when it reads it.
    private static Optional<String> keyAlgorithm(Path certificate) {
        try (InputStream in = new ByteArrayInputStream(InputFile.bytes(certificate))) {
            return Optional.of(
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(in)
                            .getPublicKey()
                            .getAlgorithm());
        } catch (IOException | CertificateException e) {
            return Optional.empty();
        }
    }
}
