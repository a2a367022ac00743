package io.pgentrypoint.execute;

import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Lets the server's own parser read the settings: `postgres -C` reads every configuration file and
/// starts nothing.
final class SettingsCheck {

    private SettingsCheck() {}

    static void run(
            Configure.CheckServerSettings step,
            Programs programs,
            String postgres,
            Set<String> fromEnvironment,
            Map<String, String> environment) {
        List<String> argv = new ArrayList<>(List.of(postgres, "-D"));
        argv.add(step.layout().dataDirectory().toString());
        argv.addAll(List.of("-C", "max_connections"));
        argv.addAll(step.arguments());
        Outcome outcome = programs.run(new Command("postgres -C", argv, environment));
        if (outcome.succeeded()) {
            return;
        }
        String complaint = outcome.stderr().strip();
        String variables =
                fromEnvironment.stream()
                        .filter(name -> complaint.contains("\"" + name + "\""))
                        .map(name -> "POSTGRES_CONF_" + name.replace(".", "__"))
                        .collect(Collectors.joining(", "));
        throw Refusals.wrongSettings(complaint.replace("\n", "; "), variables);
    }
}
