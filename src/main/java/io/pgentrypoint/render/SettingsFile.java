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
        for (Setting setting : settings) {
            text.append(setting.name())
                    .append(" = ")
                    .append(Quoting.conf(setting.value()))
                    .append(" # ")
                    .append(setting.origin())
                    .append('\n');
        }
        return text.toString();
    }
}
