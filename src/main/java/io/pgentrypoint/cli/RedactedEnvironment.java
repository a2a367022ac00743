package io.pgentrypoint.cli;

import io.pgentrypoint.report.Masks;
import io.pgentrypoint.settings.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// An environment that others may read: the values of our variables that are no secrets, and of
/// server settings the plain numbers and switches. Of everything else the name alone: a setting
/// such as `archive_command`, and what the user's own programs read, may hold a password.
final class RedactedEnvironment {

    private static final String SETTING = "POSTGRES_CONF_";
    private static final String EXTENSION = "__";
    private static final Pattern PLAIN =
            Pattern.compile("(\\d+(\\.\\d+)?( ?(B|kB|MB|GB|TB|ms|s|min|h|d))?|on|off|true|false)");

    private RedactedEnvironment() {}

    static List<String> lines(Map<String, String> environment) {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(environment)
                .forEach((name, value) -> lines.add("%s=%s".formatted(name, shown(name, value))));
        return lines;
    }

    private static String shown(String name, String value) {
        Optional<Variable<?>> variable = VariablesCommand.find(name);
        boolean open =
                variable.isPresent()
                        ? !variable.get().secret()
                        : name.startsWith(SETTING)
                                && !name.contains(EXTENSION)
                                && PLAIN.matcher(value).matches();
        return open ? Masks.apply(value).replace("\n", "\\n") : "(not shown)";
    }
}
