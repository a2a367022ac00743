package io.pgentrypoint.patroni;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/// One question by HTTP. The old class of the JDK: it needs no thread and no module that the
/// image's Java runtime does not have.
final class Http {

    private static final int MOST = 1 << 20;

    private Http() {}

    record Answer(int code, String text) {}

    static Answer get(String url, Optional<SSLSocketFactory> tls, Duration timeout)
            throws IOException {
        return answer(open(url, tls, timeout));
    }

    /// @param token the Authorization header, or empty
    static Answer post(
            String url, String body, String token, Optional<SSLSocketFactory> tls, Duration timeout)
            throws IOException {
        HttpURLConnection connection = open(url, tls, timeout);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        if (!token.isEmpty()) {
            try {
                connection.setRequestProperty("Authorization", token);
            } catch (IllegalArgumentException e) {
                throw new IOException("its token is no value of an HTTP header", e);
            }
        }
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return answer(connection);
    }

    private static HttpURLConnection open(
            String url, Optional<SSLSocketFactory> tls, Duration timeout) throws IOException {
        HttpURLConnection connection;
        try {
            connection = (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        } catch (IllegalArgumentException e) {
            throw new IOException("not the address of a server: " + url, e);
        }
        int millis = Math.toIntExact(timeout.toMillis());
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setInstanceFollowRedirects(false);
        // Nothing is asked twice on one connection.
        connection.setRequestProperty("Connection", "close");
        if (connection instanceof HttpsURLConnection secure) {
            tls.ifPresent(secure::setSSLSocketFactory);
        }
        return connection;
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        try {
            int code = connection.getResponseCode();
            try (InputStream body =
                    code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(
                        code,
                        body == null
                                ? ""
                                : new String(body.readNBytes(MOST), StandardCharsets.UTF_8));
            }
        } finally {
            connection.disconnect();
        }
    }
}
