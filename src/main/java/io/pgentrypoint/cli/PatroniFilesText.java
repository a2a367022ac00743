package io.pgentrypoint.cli;

import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Plan;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Settings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/// What `render` prints of a Patroni member.
final class PatroniFilesText {

    private PatroniFilesText() {}

    static int print(Settings settings, Format format, PrintWriter out) {
        Plan plan =
                Planner.plan(settings, Observer.look(settings, new Programs(new StopRequest())));
        Map<String, Object> files = new TreeMap<>();
        for (Planned planned : plan.beforeLaunch()) {
            if (planned.step() instanceof Configure.WritePatroniFiles write) {
                write.files()
                        .forEach((name, text) ->
                                files.put(
                                        write.directory().resolve(name).toString(), masked(text)));
            }
        }
        switch (format) {
            case TEXT ->
                    files.forEach((name, text) -> {
                        out.println("=== %s, mode 0600".formatted(name));
                        out.println(text);
                    });
            case JSON -> out.println(Json.text(files));
        }
        return 0;
    }

    private static String masked(Secret text) {
        return PatroniConfiguration.masked(text.reveal());
    }
}
