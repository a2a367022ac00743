package io.pgentrypoint.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.pgentrypoint.report.Measures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/// The status document for people: one line for each thing, what is not known left out.
final class StatusText {

    private final JsonObject status;
    private final List<String> lines = new ArrayList<>();

    private StatusText(JsonObject status) {
        this.status = status;
    }

    /// @throws IOException when the text is no document of PID 1
    static List<String> lines(String document) throws IOException {
        try {
            StatusText text = new StatusText(JsonParser.parseString(document).getAsJsonObject());
            text.write();
            return text.lines;
        } catch (JsonParseException
                | ClassCastException
                | IllegalStateException
                | NullPointerException
                | NumberFormatException
                | UnsupportedOperationException e) {
            // What Gson throws for a value that is of another kind, or absent.
            throw new IOException("what answers is no entrypoint", e);
        }
    }

    private void write() {
        line("phase", text("phase") + " for " + time(status, "secondsInPhase"));
        line("healthy", text("healthy").equals("true") ? "yes" : "no: " + text("why"));
        if (status.has("role")) {
            line(
                    "role",
                    text("role")
                            + (status.has("timeline") ? ", timeline " + text("timeline") : ""));
            position();
            line("server", "started at " + text("serverStartedAt"));
            each("standbys", this::standby);
            each("disconnected", this::disconnected);
            each("slots", this::slot);
            archiver();
            if (status.has("notKnown")) {
                line("not known", "lag, standbys, slots: " + text("notKnown"));
            }
        }
        if (status.has("certificateEndsAt")) {
            long days = status.get("certificateDaysLeft").getAsLong();
            line(
                    "tls",
                    days < 0
                            ? "the certificate ended at " + text("certificateEndsAt")
                            : "the certificate ends at %s, in %d days"
                                    .formatted(text("certificateEndsAt"), days));
        }
        if (status.has("patroni")) {
            JsonObject patroni = status.getAsJsonObject("patroni");
            line(
                    "patroni",
                    "%s, %s, DCS seen at %s%s"
                            .formatted(
                                    text(patroni, "role"),
                                    text(patroni, "state"),
                                    text(patroni, "dcsSeenAt"),
                                    text(patroni, "pendingRestart").equals("true")
                                            ? ", a setting waits for a restart"
                                            : ""));
        }
        if (status.has("clone")) {
            JsonObject clone = status.getAsJsonObject("clone");
            long done = clone.get("doneBytes").getAsLong();
            long total = clone.get("totalBytes").getAsLong();
            line(
                    "clone",
                    "%s, %s of %s"
                            .formatted(
                                    Measures.share(done, total),
                                    Measures.bytes(done),
                                    Measures.bytes(total)));
        }
        StringJoiner times = new StringJoiner(", ");
        JsonObject byPhase = status.getAsJsonObject("secondsByPhase");
        byPhase.keySet().forEach(phase -> times.add(phase + " " + time(byPhase, phase)));
        line("time", times.toString());
    }

    private void each(String name, Consumer<JsonObject> write) {
        if (status.has(name)) {
            status.getAsJsonArray(name).forEach(each -> write.accept(each.getAsJsonObject()));
        }
    }

    private void position() {
        boolean asked = !status.has("notKnown");
        if (text("role").equals("primary")) {
            if (asked) {
                line("wal", "writes at " + text("wal"));
            }
            return;
        }
        if (asked) {
            line("wal", "received " + text("received") + ", replayed " + text("wal"));
        }
        String upstream = status.has("upstream") ? " from " + text("upstream") : "";
        line("receiver", text("receiver") + upstream);
        if (asked) {
            line("lag", lag(status));
        }
        if (status.has("replay")) {
            line("replay", text("replay"));
        }
        if (status.has("missingWal")) {
            line("missing", text("missingWal"));
        }
    }

    private void standby(JsonObject standby) {
        line(
                "standby",
                "%s%s: %s, %s, %s"
                        .formatted(
                                text(standby, "name"),
                                standby.has("address")
                                        ? " at %s".formatted(text(standby, "address"))
                                        : "",
                                text(standby, "state"),
                                text(standby, "sync"),
                                lag(standby)));
    }

    private void disconnected(JsonObject standby) {
        StringJoiner what = new StringJoiner(", ");
        what.add(standby.has("since") ? "missing since " + text(standby, "since") : "missing");
        if (standby.has("replayed")) {
            what.add("at " + text(standby, "replayed"));
        }
        if (standby.has("slot")) {
            what.add(slotOf(standby));
        }
        line("standby", "%s: %s".formatted(text(standby, "name"), what));
    }

    private static String slotOf(JsonObject standby) {
        if (text(standby, "walStatus").equals("lost")) {
            return "its slot has lost WAL that it needs";
        }
        return standby.has("retainedBytes")
                ? "its slot keeps %s of WAL"
                        .formatted(Measures.bytes(standby.get("retainedBytes").getAsLong()))
                : "its slot keeps no WAL";
    }

    private void archiver() {
        if (!status.has("archiver")) {
            return;
        }
        JsonObject archiver = status.getAsJsonObject("archiver");
        if (archiver.get("failing").getAsBoolean()) {
            line(
                    "archiver",
                    "fails: %s attempts have failed, the last with %s at %s"
                            .formatted(
                                    text(archiver, "failed"),
                                    text(archiver, "lastFailedWal"),
                                    text(archiver, "lastFailedAt")));
        }
    }

    private void slot(JsonObject slot) {
        String kept =
                slot.has("retainedBytes")
                        ? Measures.bytes(slot.get("retainedBytes").getAsLong()) + " of WAL kept"
                        : "no WAL kept";
        line(
                "slot",
                "%s: %s, %s, %s%s"
                        .formatted(
                                text(slot, "name"),
                                text(slot, "type"),
                                slot.get("active").getAsBoolean() ? "active" : "not in use",
                                kept,
                                slot.has("walStatus") ? ", " + text(slot, "walStatus") : ""));
    }

    private static String lag(JsonObject of) {
        if (!of.has("lagBytes")) {
            return "position not known";
        }
        long bytes = of.get("lagBytes").getAsLong();
        String behind = Measures.bytes(bytes) + " behind";
        if (of.has("lagSeconds")) {
            return behind + ", " + time(of, "lagSeconds");
        }
        // One that has it all and is idle measures no time.
        return bytes == 0 ? behind : behind + ", time not known";
    }

    private static String time(JsonObject of, String name) {
        return Measures.seconds(of.get(name).getAsDouble());
    }

    private String text(String name) {
        return text(status, name);
    }

    private static String text(JsonObject of, String name) {
        JsonElement value = of.get(name);
        return value == null ? "not known" : value.getAsString();
    }

    private void line(String name, String value) {
        lines.add(String.format("%-9s %s", name, value));
    }
}
