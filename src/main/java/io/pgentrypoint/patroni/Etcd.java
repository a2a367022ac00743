package io.pgentrypoint.patroni;

import com.google.gson.JsonObject;
import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.patroni.Dcs.Reason;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/// One member of an etcd, by the JSON form of version 3 of its API: the same that Patroni uses.
final class Etcd {

    private final DcsAddress address;
    private final String base;
    private final Duration timeout;
    private final Optional<SSLSocketFactory> tls;
    private String token = "";

    Etcd(DcsAddress address, HostPort place, Duration timeout)
            throws IOException, GeneralSecurityException {
        this.address = address;
        this.base = (address.tls() ? "https://" : "http://") + place;
        this.timeout = timeout;
        this.tls = address.tls() ? Optional.of(Certificates.of(address)) : Optional.empty();
    }

    Dcs ask() throws IOException {
        Http.Answer version = Http.get(base + "/version", tls, timeout);
        if (version.code() != 200 || !version.text().contains("etcdserver")) {
            return new Dcs.Unusable(
                    Reason.NOT_ETCD, "%s answers %s".formatted(base, version.code()));
        }
        if (address.user().isPresent()) {
            Http.Answer login =
                    post(
                            "/v3/auth/authenticate",
                            Map.of(
                                    "name",
                                    address.user().get(),
                                    "password",
                                    address.password().map(Secret::reveal).orElse("")));
            if (login.code() != 200) {
                return unusable(login);
            }
            token = JsonAnswer.parse(login.text()).map(answer -> answer.text("token")).orElse("");
        }
        Http.Answer identifier = key("initialize");
        if (identifier.code() != 200) {
            return unusable(identifier);
        }
        Http.Answer leader = key("leader");
        return leader.code() == 200
                ? new Dcs.Answered(value(identifier), value(leader))
                : unusable(leader);
    }

    private Http.Answer key(String name) throws IOException {
        String path = address.folder() + name;
        String encoded = Base64.getEncoder().encodeToString(path.getBytes(StandardCharsets.UTF_8));
        return post("/v3/kv/range", Map.of("key", encoded));
    }

    private Http.Answer post(String path, Map<String, String> body) throws IOException {
        JsonObject json = new JsonObject();
        body.forEach(json::addProperty);
        return Http.post(base + path, json.toString(), token, tls, timeout);
    }

    static Dcs.Unusable unusable(Http.Answer answer) {
        String said =
                JsonAnswer.parse(answer.text())
                        .map(body -> body.text("error"))
                        .filter(text -> !text.isEmpty())
                        .orElse("it answers " + answer.code());
        String lower = said.toLowerCase(Locale.ROOT);
        if (answer.code() == 401
                || answer.code() == 403
                || lower.contains("authentication")
                || lower.contains("user name is empty")
                || lower.contains("permission denied")
                || lower.contains("invalid auth")) {
            return new Dcs.Unusable(Reason.WRONG_PASSWORD, said);
        }
        return new Dcs.Unusable(answer.code() == 404 ? Reason.NOT_ETCD : Reason.NO_QUORUM, said);
    }

    static Optional<String> value(Http.Answer answer) {
        return JsonAnswer.parse(answer.text()).stream()
                .flatMap(body -> body.list("kvs").stream())
                .findFirst()
                .map(found -> decoded(found.text("value")))
                // While a first member initializes, the key is there without a value.
                .filter(text -> !text.isEmpty());
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
