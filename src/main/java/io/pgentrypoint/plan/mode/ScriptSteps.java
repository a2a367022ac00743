package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.observe.scripts.Scripts;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.plan.step.OnPrivateServer;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The steps around the user's scripts, and what is said of those that will not run.
final class ScriptSteps {

    private final Settings settings;
    private final Scripts scripts;
    private final Layout layout;

    ScriptSteps(Settings settings, Scripts scripts) {
        this.settings = settings;
        this.scripts = scripts;
        this.layout = new Layout(settings.dataDirectory());
    }

    boolean haveWork() {
        return scripts.init().hasWork() || scripts.start().hasWork();
    }

    private Stream<ScriptDirectory> directories() {
        return Stream.of(scripts.init(), scripts.start());
    }

    /// Before anything is built: a script that cannot run would end the start in the middle.
    void refuseUnusable() {
        directories().forEach(ScriptSteps::refuseUnlisted);
        List<Script> unusable =
                directories()
                        .flatMap(directory -> directory.scripts().stream())
                        .filter(script -> script.use() == Script.Use.CANNOT_RUN)
                        .toList();
        if (!unusable.isEmpty()) {
            throw Refusals.unusableScript(
                    unusable.getFirst().file(),
                    unusable.getFirst().doubt().orElse(""),
                    unusable.size() - 1);
        }
    }

    private static void refuseUnlisted(ScriptDirectory directory) {
        directory
                .unreadable()
                .ifPresent(why -> {
                    throw Refusals.unlisted(directory.path(), why);
                });
    }

    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        directories().forEach(directory -> warnings.addAll(warnings(directory)));
        if (haveWork() && settings.childEnvironment().containsKey("PGHOST")) {
            warnings.add(
                    """
                    PGHOST is set: what scripts start connects there and not to this \
                    server, unless they say otherwise\
                    """);
        }
        return warnings;
    }

    /// Where none runs no step lists them, so each verdict is said here.
    private static List<String> warnings(ScriptDirectory directory) {
        List<String> warnings = new ArrayList<>();
        for (Script script : directory.scripts()) {
            String verdict = directory.hasWork() ? "" : script.use().meaning();
            String said =
                    Stream.of(verdict, script.doubt().orElse(""))
                            .filter(part -> !part.isEmpty())
                            .collect(Collectors.joining("; "));
            if (!said.isEmpty()) {
                warnings.add(script.file() + ": " + said);
            }
        }
        return warnings;
    }

    /// From the staging directory to a server that scripts can use.
    List<Planned> before(List<String> arguments) {
        return List.of(
                new Planned(
                        new Build.PutInPlace(layout),
                        "scripts name files of the data directory by their path"),
                new Planned(
                        new OnPrivateServer.StartServerForScripts(
                                layout, arguments, true, hasOwnRules()),
                        "what follows needs a server, and TCP stays closed until it is done"));
    }

    /// Rules of the user's own need not let anybody in by the socket.
    private boolean hasOwnRules() {
        return settings.serverArguments().nameConfiguration()
                || settings.serverArguments().setting("hba_file").isPresent()
                || settings.serverSettings().containsKey("hba_file");
    }

    /// At the first start, the server being up.
    ///
    /// @param files what is made sure of afterwards
    List<Planned> around(List<Planned> files) {
        List<Planned> steps = new ArrayList<>();
        if (scripts.init().hasWork()) {
            steps.add(
                    new Planned(
                            new OnPrivateServer.RunScripts(scripts.init()),
                            "this is the first start"));
        }
        if (scripts.start().hasWork()) {
            steps.add(startScripts());
        }
        steps.add(
                new Planned(
                        new OnPrivateServer.StopBootstrapServer(layout),
                        "the cluster is complete"));
        steps.addAll(files);
        steps.add(
                new Planned(
                        new Build.FinishFirstBoot(layout, settings.syncs()),
                        "every step before succeeded%s; a start that finds it unfinished begins anew"
                                .formatted(FirstBoot.unsynced(settings))));
        return steps;
    }

    /// Of an existing cluster.
    List<Planned> atStart(List<String> arguments) {
        if (!scripts.start().hasWork()) {
            return List.of();
        }
        return List.of(
                new Planned(
                        new OnPrivateServer.StartServerForScripts(layout, arguments, false, true),
                        "scripts need a server, and TCP stays closed until they are done"),
                startScripts(),
                new Planned(
                        new OnPrivateServer.StopBootstrapServer(layout),
                        "the real one opens TCP as well"));
    }

    private Planned startScripts() {
        return new Planned(
                new OnPrivateServer.RunScripts(scripts.start()), "they run at each start");
    }
}
