package io.pgentrypoint.settings;

import io.pgentrypoint.report.BadValue;
import java.util.Map;

/// The port alone, whatever is wrong with the rest, for commands that only ask PID 1.
///
/// It is loaded for every HEALTHCHECK: it reads the names of [Variables#PGPORT] without the list of
/// all variables, whose parsers the VM would have to link one by one.
public final class ServerPort {

    private static final int USUAL = 5432;
    static final String[] NAMES = {"PGPORT", "POSTGRESQL_PORT_NUMBER"};

    private ServerPort() {}

    public static int in(Map<String, String> environment, ValueFiles files) {
        for (String name : NAMES) {
            String text = text(environment, name, files);
            if (!text.isEmpty()) {
                return parsed(text);
            }
        }
        return USUAL;
    }

    private static String text(Map<String, String> environment, String name, ValueFiles files) {
        String value = environment.getOrDefault(name, "");
        String file = environment.getOrDefault(name.concat("_FILE"), "");
        if (file.isEmpty()) {
            return value;
        }
        // Both are refused by a start: a node that runs has neither.
        return value.isEmpty() && files.read(file) instanceof ValueFile.Content content
                ? content.text()
                : "";
    }

    private static int parsed(String text) {
        try {
            return Parsers.port(text);
        } catch (BadValue _) {
            return USUAL;
        }
    }
}
