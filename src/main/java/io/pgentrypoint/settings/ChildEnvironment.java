package io.pgentrypoint.settings;

import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What our children see of the environment: not the secrets, and not what would lead a connection
/// of theirs astray.
final class ChildEnvironment {

    /// The C library asks a name server that does not answer for ten seconds a look-up, which is
    /// outside every timeout of Patroni's: a leader that is cut off would go on committing beside
    /// the new one (docs/how-to/use-patroni.md).
    private static final String RESOLVER = "timeout:1 attempts:1";

    private ChildEnvironment() {}

    /// The data directory and the port as parsed: they may come from a file, and the server reads
    /// the variables.
    static Map<String, String> of(
            Map<String, String> raw, Mode mode, Path dataDirectory, int port) {
        Map<String, String> shown = new TreeMap<>(raw);
        shown.put(Variables.PGDATA.name(), dataDirectory.toString());
        shown.put(Variables.PGPORT.name(), String.valueOf(port));
        for (Variable<?> variable : Variables.all()) {
            if (variable.secret()) {
                shown.remove(variable.name());
                variable.aliases().forEach(shown::remove);
            }
        }
        shown.keySet().removeIf(ChildEnvironment::isForeignSecret);
        // The official image takes it away too before it starts the server.
        shown.remove("PGPASSWORD");
        shown.keySet().removeIf(PatroniConfiguration::isSecret);
        switch (mode) {
            case Mode.Standalone _ -> {}
            case Mode.NativePrimary primary -> {
                if (!primary.asked().isEmpty()) {
                    shown.keySet().removeAll(LibpqVariables.ALL);
                }
            }
            case Mode.NativeReplica _, Mode.NativeAuto _ ->
                    shown.keySet().removeAll(LibpqVariables.ALL);
            case Mode.Patroni _ -> {
                shown.keySet().removeAll(LibpqVariables.ALL);
                shown.remove(PatroniConfiguration.DOCUMENT + "_FILE");
                shown.putIfAbsent("RES_OPTIONS", RESOLVER);
            }
        }
        return shown;
    }

    /// Passwords that another image's user still has in the environment and nobody reads here.
    private static boolean isForeignSecret(String name) {
        return (name.startsWith("POSTGRESQL_") || name.startsWith("REPMGR_"))
                && name.contains("PASSWORD")
                && !name.endsWith("_FILE");
    }

    /// What the user's scripts see besides: they make roles with passwords of the environment, and
    /// connect to nothing but this server.
    static SortedMap<String, Secret> withheld(Map<String, String> raw) {
        SortedMap<String, Secret> withheld = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (Variable<?> variable : Variables.all()) {
            if (variable.secret()) {
                names.add(variable.name());
                names.addAll(variable.aliases());
            }
        }
        LibpqVariables.ALL.stream()
                .filter(name -> !LibpqVariables.PLACE.contains(name))
                .forEach(names::add);
        for (String name : names) {
            String value = raw.getOrDefault(name, "");
            if (!value.isEmpty()) {
                withheld.put(name, new Secret(value));
            }
        }
        return withheld;
    }
}
