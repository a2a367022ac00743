package io.pgentrypoint.patroni;

import io.pgentrypoint.connect.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Our own Patroni's REST API, by the loopback address. Whatever goes wrong is no answer.
///
/// @param open whether it can be asked: with a certificate of its own it is for clients that know
///   that certificate
public record RestApi(HostPort place, boolean open) {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Set<String> ANYWHERE = Set.of("", "*", "0.0.0.0", "::");
    // `master` up to Patroni 3
    private static final Set<String> LEADERS = Set.of("leader", "master", "standby_leader");

    /// What a member says of itself.
    ///
    /// @param dcsSeen seconds since 1970; 0 when never
    public record Member(String role, String state, long dcsSeen, boolean pendingRestart) {}

    public static RestApi of(PatroniConfiguration given) {
        String listen = given.text("restapi", "listen").orElse("");
        HostPort place =
                HostPort.parse(listen, PatroniConfiguration.REST_PORT)
                        .orElse(new HostPort("", PatroniConfiguration.REST_PORT));
        return new RestApi(
                ANYWHERE.contains(place.host()) ? new HostPort("127.0.0.1", place.port()) : place,
                !given.has("restapi", "certfile"));
    }

    public Optional<Member> member() {
        return get("/patroni").map(RestApi::member);
    }

    static Member member(JsonAnswer answer) {
        return new Member(
                answer.text("role"),
                answer.text("state"),
                answer.number("dcs_last_seen"),
                answer.has("pending_restart"));
    }

    /// The name of the member that leads and runs.
    public Optional<String> leader() {
        return get("/cluster").flatMap(RestApi::leader);
    }

    static Optional<String> leader(JsonAnswer cluster) {
        return cluster.list("members").stream()
                .filter(member -> LEADERS.contains(member.text("role")))
                .filter(member -> member.text("state").equals("running"))
                .map(member -> member.text("name"))
                .findFirst();
    }

    /// What the DCS holds and every member follows.
    public Optional<Map<String, Object>> dynamicConfiguration() {
        return get("/config").map(JsonAnswer::tree);
    }

    private Optional<JsonAnswer> get(String path) {
        if (!open) {
            return Optional.empty();
        }
        try {
            Http.Answer answer = Http.get("http://" + place + path, Optional.empty(), TIMEOUT);
            // A member that cannot serve says so with 503 and the same body.
            return answer.code() == 200 || answer.code() == 503
                    ? JsonAnswer.parse(answer.text())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
