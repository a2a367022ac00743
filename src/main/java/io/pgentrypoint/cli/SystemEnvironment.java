package io.pgentrypoint.cli;

import io.pgentrypoint.process.Identity;
import io.pgentrypoint.report.LogFormat;
import io.pgentrypoint.report.Masks;
import io.pgentrypoint.settings.ServerPort;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.ValueFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// This process's own environment: the one place that reads it.
final class SystemEnvironment {

    private static final ValueFiles FILES = new ValueFiles();

    private SystemEnvironment() {}

    static Settings settings(List<String> serverArguments) {
        Settings settings = Settings.from(variables(), serverArguments, hostName(), FILES);
        Masks.add(settings.secrets(), settings.names());
        return settings;
    }

    /// For those who help: without anything that may be a secret.
    static List<String> redacted() {
        return RedactedEnvironment.lines(System.getenv());
    }

    /// The port alone, for commands that only ask PID 1: they work beside any other mistake.
    static int port() {
        return ServerPort.in(System.getenv(), FILES);
    }

    /// The log's format alone, for what is said before the settings are known or when they are
    /// wrong.
    static LogFormat logFormat() {
        String text = System.getenv().getOrDefault("LOG_FORMAT", "").strip();
        return text.equalsIgnoreCase("json") ? LogFormat.JSON : LogFormat.TEXT;
    }

    /// TZ as it is, which may be nothing.
    static String timeZone() {
        return System.getenv().getOrDefault("TZ", "");
    }

    /// Root steps down to postgres, and a child that looks for ~ must not find root's.
    private static Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>(System.getenv());
        if (Identity.current().isRoot()) {
            Identity.account("postgres")
                    .ifPresent(account -> variables.put("HOME", account.home()));
        }
        return variables;
    }

    static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return System.getenv().getOrDefault("HOSTNAME", "localhost");
        }
    }
}
