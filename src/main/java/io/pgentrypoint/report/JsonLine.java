package io.pgentrypoint.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/// One log line as an object. Ours and the server's have the same fields, so that one rule of a log
/// collector reads both.
final class JsonLine {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    // Always three digits: the texts sort as the times do.
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final JsonObject fields = new JsonObject();

    JsonLine(Instant time, String level, String source, String message) {
        fields.addProperty("timestamp", TIME.format(time));
        fields.addProperty("level", level);
        fields.addProperty("source", source);
        fields.addProperty("message", message);
    }

    JsonLine with(String name, String value) {
        fields.addProperty(name, value);
        return this;
    }

    String text() {
        return GSON.toJson(fields);
    }
}
