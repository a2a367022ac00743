package io.pgentrypoint.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Style and script of the page, and what they let a browser do: run that script and no other, and
/// ask this server and nobody else.
final class PageFiles {

    static final Html STYLE = new Html(read("page.css"));
    static final Html SCRIPT = new Html(read("page.js"));

    /// Of the answer. `data:` is for the empty icon, without which a browser asks for one.
    static final String FIELDS =
            """
            Content-Security-Policy: default-src 'none'; style-src %s; script-src %s; img-src data:; connect-src 'self'; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            X-Content-Type-Options: nosniff
            Referrer-Policy: no-referrer
            """
                    .formatted(hash(STYLE), hash(SCRIPT));

    private PageFiles() {}

    private static String read(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(Html text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.text().getBytes(StandardCharsets.UTF_8));
            return "'sha256-%s'".formatted(Base64.getEncoder().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
