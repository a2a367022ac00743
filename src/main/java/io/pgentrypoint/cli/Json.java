package io.pgentrypoint.cli;

import com.google.gson.GsonBuilder;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What `--format json` prints. The documents are built of maps by hand, so that no value gets into
/// one that was not meant for it.
final class Json {

    private Json() {}

    static String text(Object document) {
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(document);
    }

    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    static List<Map<String, Object>> problems(List<Problem> problems) {
        return problems.stream()
                .map(problem ->
                        object(
                                "severity",
                                problem.severity().name().toLowerCase(Locale.ROOT),
                                "variable",
                                problem.variable(),
                                "value",
                                problem.value(),
                                "rule",
                                problem.rule(),
                                "remedy",
                                problem.remedy()))
                .toList();
    }

    static Map<String, Object> refusal(Refusal refusal) {
        return object(
                "exitCode",
                refusal.exitCode(),
                "cause",
                refusal.reason(),
                "remedy",
                refusal.remedy());
    }

    static Map<String, Object> invalid(InvalidSettings invalid) {
        return object(
                "valid", false,
                "exitCode", invalid.exitCode(),
                "problems", problems(invalid.problems()));
    }
}
