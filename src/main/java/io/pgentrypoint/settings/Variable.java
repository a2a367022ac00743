package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.util.List;

/// One environment variable: its name, how its text is parsed, and what the documentation says.
/// Declared in [Variables] or [ClusterVariables] and nowhere else.
///
/// @param fallback what holds when it is unset, as the documentation shows it
/// @param aliases names of other images that mean the same
public record Variable<T>(
        String name,
        Group group,
        Parser<T> parser,
        String fallback,
        boolean secret,
        List<String> aliases,
        String meaning) {

    /// The parts of the documentation.
    public enum Group {
        DATABASE("Database (as the official image)"),
        MODE("Mode"),
        REPLICATION("Replication"),
        PATRONI("Patroni"),
        CITUS("Citus"),
        SERVER("Server settings"),
        TLS("TLS"),
        PROCESS("Process and log");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /// From text to value.
    @FunctionalInterface
    interface Parser<T> {
        T parse(String text) throws BadValue;
    }

    String fileName() {
        return name + "_FILE";
    }

    /// What may be shown of a value.
    String shown(String value) {
        return secret || value.contains(Pem.BEGIN) ? "****" : value;
    }
}
