package io.pgentrypoint.patroni;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// A `PATRONI_*` variable: where Patroni puts its value (`_build_environment_configuration`), and
/// whether it is a secret.
final class PatroniVariable {

    static final String PREFIX = "PATRONI_";

    /// The whole of a configuration as one value.
    static final String DOCUMENT = "PATRONI_CONFIGURATION";

    private static final Set<String> ROLES = Set.of("superuser", "replication", "rewind");
    private static final Pattern SECRET = Pattern.compile("PATRONI_.*(PASSWORD|TOKEN)");

    private PatroniVariable() {}

    static boolean isSecret(String name) {
        return name.equals(DOCUMENT) || SECRET.matcher(name).matches();
    }

    /// From the root of the document, as far as Patroni knows such a name; it ignores others.
    static List<String> path(String name) {
        String rest = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        int end = rest.indexOf('_');
        if (end < 0) {
            return List.of(rest);
        }
        String section = rest.substring(0, end);
        String key = rest.substring(end + 1);
        List<String> path = new ArrayList<>();
        if (ROLES.contains(section)) {
            path.addAll(List.of("postgresql", "authentication"));
        }
        path.add(section);
        if (section.equals("restapi") && (key.equals("username") || key.equals("password"))) {
            path.add("authentication");
        }
        path.add(key);
        return List.copyOf(path);
    }
}
