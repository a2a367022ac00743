package io.pgentrypoint.probe;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A page in the text format of Prometheus, version 0.0.4. The samples of one metric have to stand
/// together, after its HELP and TYPE.
final class Exposition {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, StringBuilder> metrics = new LinkedHashMap<>();

    /// Values that are not known are left out: 0 would be a lie.
    Exposition gauge(String name, String help, @Nullable Number value, String... labels) {
        return sample(name, help, "gauge", value, labels);
    }

    Exposition counter(String name, String help, @Nullable Number value, String... labels) {
        return sample(name, help, "counter", value, labels);
    }

    /// @param labels names and values by turns
    private Exposition sample(
            String name, String help, String type, @Nullable Number value, String... labels) {
        if (value == null) {
            return this;
        }
        StringBuilder metric =
                metrics.computeIfAbsent(
                        name,
                        _ ->
                                new StringBuilder()
                                        .append("# HELP ")
                                        .append(name)
                                        .append(' ')
                                        .append(help)
                                        .append("\n# TYPE ")
                                        .append(name)
                                        .append(' ')
                                        .append(type)
                                        .append('\n'));
        metric.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            metric.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            metric.append(escaped(labels[i + 1])).append('"');
        }
        metric.append(labels.length > 0 ? "} " : " ").append(value).append('\n');
        return this;
    }

    /// The three characters that a label value cannot hold as they are.
    static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    String text() {
        return String.join("", metrics.values());
    }
}
