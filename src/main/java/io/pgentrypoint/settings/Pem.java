package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates and keys as OpenSSL and cert-manager write them. They are parsed to be checked: the
/// server reads the same text.
final class Pem {

    /// With which every block begins.
    static final String BEGIN = "-----BEGIN ";

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*+-----END CERTIFICATE-----");
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]*+)-----END \\1-----");

    // X.690: SEQUENCE, INTEGER 0, OCTET STRING
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] ZERO = {0x02, 0x01, 0x00};

    // RFC 3279: rsaEncryption with NULL; id-ecPublicKey, which the curve follows
    private static final byte[] RSA = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 0x05, 0x00
    };
    private static final byte[] EC = {
        0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
    };

    private Pem() {}

    /// All of a file, at least one; that of the server is the first.
    static List<X509Certificate> certificates(String text) throws BadValue {
        List<X509Certificate> found = new ArrayList<>();
        Matcher block = CERTIFICATE.matcher(text);
        while (block.find()) {
            byte[] bytes = block.group().getBytes(StandardCharsets.US_ASCII);
            try {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                if (factory.generateCertificate(new ByteArrayInputStream(bytes))
                        instanceof X509Certificate certificate) {
                    found.add(certificate);
                }
            } catch (CertificateException e) {
                throw new BadValue(
                        "certificate %d of the file is damaged".formatted(found.size() + 1),
                        "write the file again");
            }
        }
        if (found.isEmpty()) {
            throw new BadValue(
                    "the file holds no certificate in the format PEM",
                    "a certificate begins with -----BEGIN CERTIFICATE-----");
        }
        return found;
    }

    /// @throws BadValue for a text without a key, or with the key of another certificate
    static void requireKeyOf(X509Certificate certificate, String text) throws BadValue {
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("4,ENCRYPTED")) {
            throw new BadValue(
                    "the key has a passphrase, and nobody could enter it",
                    "remove it: openssl pkey -in KEY -out NEW");
        }
        Matcher block = KEY.matcher(text);
        if (!block.find()) {
            throw new BadValue(
                    "the file holds no private key in the format PEM",
                    "a key begins with -----BEGIN PRIVATE KEY-----");
        }
        PublicKey certified = certificate.getPublicKey();
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(block.group(2));
            PrivateKey key =
                    KeyFactory.getInstance(certified.getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            pkcs8(block.group(1), bytes, certified)));
            if (belongs(key, certified)) {
                return;
            }
        } catch (NoSuchAlgorithmException e) {
            throw new BadValue(
                    "keys of the kind %s cannot be checked".formatted(certified.getAlgorithm()),
                    "use RSA, or EC with the curve P-256");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Not of the certificate's kind, or damaged.
        }
        throw new BadValue(
                "the key does not belong to the certificate in TLS_CERT",
                "mount the certificate and the key that were made together");
    }

    private static boolean belongs(PrivateKey key, PublicKey certified)
            throws GeneralSecurityException {
        if (key instanceof RSAPrivateKey own && certified instanceof RSAPublicKey other) {
            return own.getModulus().equals(other.getModulus());
        }
        String algorithm =
                certified instanceof ECPublicKey ? "SHA256withECDSA" : certified.getAlgorithm();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(EC);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(EC);
        return signature.verify(signed);
    }

    /// The older formats of one kind of key (PKCS#1, SEC 1) in that of all kinds (RFC 5208).
    private static byte[] pkcs8(String label, byte[] key, PublicKey certified)
            throws GeneralSecurityException {
        byte[] algorithm =
                switch (label) {
                    case "RSA PRIVATE KEY" -> RSA;
                    case "EC PRIVATE KEY" -> joined(EC, curve(certified));
                    default -> new byte[0];
                };
        return algorithm.length == 0
                ? key
                : block(SEQUENCE, joined(ZERO, block(SEQUENCE, algorithm), block(OCTETS, key)));
    }

    private static byte[] curve(PublicKey certified) throws GeneralSecurityException {
        if (!(certified instanceof ECPublicKey point)) {
            throw new InvalidKeySpecException("the certificate has another kind of key");
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(point.getParams());
        try {
            return parameters.getEncoded();
        } catch (IOException e) {
            throw new InvalidKeySpecException(e);
        }
    }

    private static byte[] block(int tag, byte[] content) {
        int length = content.length;
        byte[] head =
                length < 0x80
                        ? new byte[] {(byte) tag, (byte) length}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
