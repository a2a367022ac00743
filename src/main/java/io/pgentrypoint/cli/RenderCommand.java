package io.pgentrypoint.cli;

import io.pgentrypoint.config.HbaBlock;
import io.pgentrypoint.config.HostRule;
import io.pgentrypoint.config.MinimumSettings;
import io.pgentrypoint.config.ServerConfiguration;
import io.pgentrypoint.config.Setting;
import io.pgentrypoint.config.SettingsFile;
import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.plan.mode.RecordedState;
import io.pgentrypoint.plan.rule.SlotBudget;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The files that would be written.
@Command(
        name = "render",
        mixinStandardHelpOptions = true,
        description = "Print the files that run would write, secrets masked; touches nothing.")
final class RenderCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(names = "--format", description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Override
    public Integer call() {
        Settings asked = SystemEnvironment.settings(List.of());
        PrintWriter out = spec.commandLine().getOut();
        if (asked.mode() instanceof Mode.Patroni) {
            return PatroniFilesText.print(asked, format, out);
        }
        Observed seen = Observer.look(asked, new Programs(new StopRequest()));
        Settings role = VolumeLook.inRole(asked, seen);
        Observed observed =
                role.equals(asked) ? seen : Observer.look(role, new Programs(new StopRequest()));
        Settings settings = RecordedState.name(role, observed);
        Layout layout = new Layout(settings.dataDirectory());
        int major = observed.installation().major();
        List<Setting> configuration =
                ServerConfiguration.of(
                        settings,
                        layout,
                        minimum(observed),
                        SlotBudget.of(observed.volume()),
                        major);
        String block = HbaBlock.text(settings).orElse("");
        String hostRule = HostRule.text(settings, major);
        switch (format) {
            case TEXT -> {
                if (!configuration.isEmpty()) {
                    section(out, layout.settingsFile().toString());
                    out.println(SettingsFile.text(configuration));
                    section(out, layout.postgresqlConf() + ", at its end");
                    out.println(Layout.INCLUDE_LINE + "\n");
                }
                section(out, layout.hbaConf() + ", at the end of a new cluster's");
                out.println(hostRule);
                if (!block.isEmpty()) {
                    section(out, layout.hbaConf() + ", at its end or in place of the old block");
                    out.println(block);
                }
                if (settings.mode() instanceof Mode.NativeReplica) {
                    section(out, layout.passFile() + ", mode 0600");
                    out.println("****\n");
                    section(out, layout.standbySignal().toString());
                    out.println("(empty)");
                }
            }
            case JSON ->
                    out.println(
                            Json.text(
                                    Json.object(
                                            "settings",
                                            configuration.stream()
                                                    .map(RenderCommand::document)
                                                    .toList(),
                                            "include",
                                            Layout.INCLUDE_LINE,
                                            "hostRule",
                                            hostRule.lines().toList(),
                                            "hbaBlock",
                                            block.lines().toList())));
        }
        return 0;
    }

    private static void section(PrintWriter out, String file) {
        out.println("=== " + file);
    }

    private static Map<String, Object> document(Setting setting) {
        return Json.object(
                "name", setting.name(), "value", setting.value(), "origin", setting.origin());
    }

    private static MinimumSettings minimum(Observed observed) {
        if (observed.dataDirectory() instanceof DataDirectory.Cluster cluster) {
            return new MinimumSettings(
                    cluster.control().standbySettings(), cluster.control().walLevel());
        }
        return observed.upstream().orElse(null) instanceof Upstream.Answered answered
                ? new MinimumSettings(answered.standbySettings(), answered.walLevel())
                : MinimumSettings.none();
    }
}
