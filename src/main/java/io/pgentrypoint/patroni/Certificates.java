package io.pgentrypoint.patroni;

import io.pgentrypoint.report.InputFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS by PEM files, as Patroni takes them.
final class Certificates {

    private static final char[] NO_PASSWORD = new char[0];

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*+)-----END PRIVATE KEY-----");

    private Certificates() {}

    /// Whether the client's key, where there is one, is of a kind that Java reads.
    static boolean canRead(DcsAddress address) {
        if (address.cert().isEmpty()) {
            return true;
        }
        try {
            PrivateKey _ = key(address.key().orElse(address.cert().get()));
            return true;
        } catch (InvalidKeySpecException e) {
            return false;
        } catch (IOException | GeneralSecurityException e) {
            // Said when it is used.
            return true;
        }
    }

    static SSLSocketFactory of(DcsAddress address) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(address.cert(), address.key()), trusted(address.cacert()), null);
        return context.getSocketFactory();
    }

    private static TrustManager[] trusted(Optional<String> file)
            throws IOException, GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (file.isEmpty()) {
            factory.init((KeyStore) null);
            return factory.getTrustManagers();
        }
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(file.get())) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Optional<String> cert, Optional<String> key)
            throws IOException, GeneralSecurityException {
        if (cert.isEmpty()) {
            return new KeyManager[0];
        }
        KeyStore store = empty();
        // Without a file of its own the key is in that of the certificate.
        store.setKeyEntry(
                "client",
                key(key.orElse(cert.get())),
                NO_PASSWORD,
                certificates(cert.get()).toArray(Certificate[]::new));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = new ByteArrayInputStream(InputFile.bytes(Path.of(file)))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static PrivateKey key(String file) throws IOException, GeneralSecurityException {
        String pem = InputFile.utf8(Path.of(file));
        Matcher key = PKCS8.matcher(pem);
        if (!key.find()) {
            throw new InvalidKeySpecException(
                    file + " has no unencrypted PKCS#8 key (BEGIN PRIVATE KEY)");
        }
        String body = key.group(1);
        PKCS8EncodedKeySpec spec;
        try {
            spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException(file + " has a key that is not Base64", e);
        }
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }
}
