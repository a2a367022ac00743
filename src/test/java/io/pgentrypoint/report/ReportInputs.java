package io.pgentrypoint.report;

import com.google.gson.JsonParser;
import io.pgentrypoint.ForeignInput;
import java.util.List;

public final class ReportInputs {

    private ReportInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                        "server-line",
                        text -> {
                            var _ = JsonParser.parseString(ServerLine.json(text)).getAsJsonObject();
                        },
                        "2026-01-01 00:00:00.000 UTC [1] LOG:  ready",
                        "2026-01-01 00:00:00,000 INFO: Lock owner: a"));
    }
}
