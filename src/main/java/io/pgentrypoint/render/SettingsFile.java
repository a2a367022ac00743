package io.pgentrypoint.render;

import java.util.List;

/// The text of our settings file, which postgresql.conf includes.
public final class SettingsFile {

    private static final String HEADER =
            """
            # Written by entrypoint at each start: a change made here is lost.
            # To change a setting, set POSTGRES_CONF_<name> in the container's environment.
            # ALTER SYSTEM and arguments of the server win over this file.
            """;

    private SettingsFile() {}

    public static String text(List<Setting> settings) {
        StringBuilder text = new StringBuilder(HEADER);
        settings.forEach(setting -> text.append(line(setting)));
        return text.toString();
    }

    /// A setting that is added while the server runs, at the end.
    public static String line(Setting setting) {
        return setting.name()
                + " = "
                + Quoting.conf(setting.value())
                + " # "
                + setting.origin()
                + "\n";
    }
}
