package io.pgentrypoint.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.pgentrypoint.report.Measures;
import java.util.ArrayList;
import java.util.List;

/// What `doctor` reads in the status document of a node that runs.
final class ServerChecks {

    private static final String NODE = "node";
    private static final String SLOTS = "slots";
    private static final String ARCHIVER = "archiving";

    private ServerChecks() {}

    static List<Check> notRunning(String why) {
        String because = "no entrypoint answers here (%s)".formatted(why);
        return List.of(
                Check.notChecked(NODE, because),
                Check.notChecked(SLOTS, because),
                Check.notChecked(ARCHIVER, because));
    }

    static List<Check> of(String document) {
        try {
            return of(JsonParser.parseString(document).getAsJsonObject());
        } catch (JsonParseException
                | ClassCastException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException e) {
            // What Gson throws for a value that is of another kind, or absent.
            return notRunning("what answers is no entrypoint");
        }
    }

    private static List<Check> of(JsonObject status) {
        List<Check> checks = new ArrayList<>();
        checks.add(
                status.get("healthy").getAsBoolean()
                        ? Check.ok(NODE, "healthy, " + status.get("phase").getAsString())
                        : Check.warn(
                                NODE,
                                "not healthy: " + status.get("why").getAsString(),
                                "entrypoint status"));
        if (status.has(SLOTS)) {
            checks.addAll(slots(status.getAsJsonArray(SLOTS)));
        } else {
            checks.add(Check.notChecked(SLOTS, notAsked(status)));
        }
        checks.add(archiver(status));
        return checks;
    }

    private static List<Check> slots(JsonArray slots) {
        List<Check> checks = new ArrayList<>();
        for (JsonElement each : slots) {
            JsonObject slot = each.getAsJsonObject();
            String name = slot.get("name").getAsString();
            String walStatus = slot.has("walStatus") ? slot.get("walStatus").getAsString() : "";
            if (walStatus.equals("lost")) {
                checks.add(
                        Check.warn(
                                SLOTS,
                                "%s has lost WAL that its standby needs".formatted(name),
                                "REJOIN=reclone on that standby"));
            } else if (!slot.get("active").getAsBoolean() && slot.has("retainedBytes")) {
                checks.add(
                        Check.warn(
                                SLOTS,
                                "%s is not in use and keeps %s of WAL"
                                        .formatted(
                                                name,
                                                Measures.bytes(
                                                        slot.get("retainedBytes").getAsLong())),
                                "start the standby that uses it, or SELECT pg_drop_replication_slot('%s')"
                                        .formatted(name)));
            }
        }
        if (checks.isEmpty()) {
            checks.add(Check.ok(SLOTS, "none keeps WAL for nobody"));
        }
        return checks;
    }

    private static Check archiver(JsonObject status) {
        if (!status.has("archiver")) {
            return Check.notChecked(ARCHIVER, notAsked(status));
        }
        JsonObject archiver = status.getAsJsonObject("archiver");
        return archiver.get("failing").getAsBoolean()
                ? Check.warn(
                        ARCHIVER,
                        "archive_command fails (%s attempts)"
                                .formatted(archiver.get("failed").getAsString()),
                        "correct it: pg_wal grows until it succeeds")
                : Check.ok(ARCHIVER, "does not fail");
    }

    private static String notAsked(JsonObject status) {
        return status.has("notKnown")
                ? status.get("notKnown").getAsString()
                : "the server does not tell it";
    }
}
