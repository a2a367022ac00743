package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import io.pgentrypoint.settings.mode.Mode;
import io.pgentrypoint.settings.mode.SynchronousStandbys;
import java.util.Map;
import java.util.Optional;

/// `SYNCHRONOUS_STANDBYS`, and what would keep it from being switched on. Whoever sets it counts on
/// it, so none of that is a warning.
record SynchronousReader(Environment environment) {

    private static final String SETTING = "synchronous_standby_names";

    Optional<SynchronousStandbys> read(
            Optional<Mode> mode, Map<String, String> serverSettings, ServerArguments arguments) {
        Optional<SynchronousStandbys> standbys =
                environment.read(ClusterVariables.SYNCHRONOUS_STANDBYS);
        if (standbys.isEmpty()) {
            return standbys;
        }
        if (mode.orElse(null) instanceof Mode.Patroni) {
            refuse(
                    "is not for Patroni, which sets %s itself".formatted(SETTING),
                    PatroniConflicts.SYNCHRONOUS_MODE);
        }
        if (serverSettings.containsKey(SETTING)) {
            refuse(
                    "cannot be used with " + ServerSettings.variable(SETTING),
                    "unset that one, which is in force from the first moment");
        }
        if (arguments.setting(SETTING).isPresent() || arguments.nameConfiguration()) {
            refuse(
                    """
                    cannot be used with an argument of the server that sets %s or names \
                    another configuration file: it wins\
                    """
                            .formatted(SETTING),
                    "leave that argument out, or unset this variable");
        }
        if (!standbys.get().canBe()) {
            environment.report(
                    Problem.warning(
                            ClusterVariables.SYNCHRONOUS_STANDBYS.name(),
                            standbys.get().text(),
                            """
                            asks for more standbys than it names: unless several have one \
                            name, so many never stream, and commits never wait\
                            """,
                            "name more of them, or ask for fewer"));
        }
        return standbys;
    }

    private void refuse(String rule, String remedy) {
        environment.report(
                Problem.error(ClusterVariables.SYNCHRONOUS_STANDBYS.name(), "", rule, remedy));
    }
}
