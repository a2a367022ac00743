package io.pgentrypoint.patroni;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Our own Patroni's REST API, by the loopback address. Whatever goes wrong is no answer.
///
/// @param open whether it can be asked: with a certificate of its own it is for clients that know
///   that certificate
public record RestApi(Place place, boolean open) {

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
        Place place =
                Place.parse(listen, PatroniConfiguration.REST_PORT)
                        .orElse(new Place("", PatroniConfiguration.REST_PORT));
        return new RestApi(
                ANYWHERE.contains(place.host()) ? new Place("127.0.0.1", place.port()) : place,
                !given.has("restapi", "certfile"));
    }

    public Optional<Member> member() {
        return get("/patroni")
                .map(answer ->
                        new Member(
                                text(answer, "role"),
                                text(answer, "state"),
                                answer.has("dcs_last_seen")
                                        ? answer.get("dcs_last_seen").getAsLong()
                                        : 0,
                                answer.has("pending_restart")));
    }

    /// The name of the member that leads and runs.
    public Optional<String> leader() {
        JsonObject cluster = get("/cluster").orElseGet(JsonObject::new);
        if (!cluster.has("members")) {
            return Optional.empty();
        }
        for (JsonElement each : cluster.getAsJsonArray("members")) {
            JsonObject member = each.getAsJsonObject();
            if (LEADERS.contains(text(member, "role")) && text(member, "state").equals("running")) {
                return Optional.of(text(member, "name"));
            }
        }
        return Optional.empty();
    }

    /// What the store holds and every member follows.
    public Optional<Map<String, Object>> dynamicConfiguration() {
        return get("/config")
                .map(answer ->
                        new Gson().fromJson(answer, new TypeToken<Map<String, Object>>() {}));
    }

    private Optional<JsonObject> get(String path) {
        if (!open) {
            return Optional.empty();
        }
        try {
            Http.Answer answer =
                    Http.get("http://" + place.authority() + path, Optional.empty(), TIMEOUT);
            // A member that cannot serve says so with 503 and the same body.
            return answer.code() == 200 || answer.code() == 503
                    ? Optional.of(JsonParser.parseString(answer.text()).getAsJsonObject())
                    : Optional.empty();
        } catch (IOException | JsonParseException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) ? object.get(name).getAsString() : "";
    }
}
