package io.pgentrypoint.plan.step;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.plan.Planner;
import io.pgentrypoint.plan.Volumes;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.SettingsInputs;
import io.pgentrypoint.settings.mode.Mode;
import java.util.List;

public final class PlanInputs {

    private PlanInputs() {}

    /// From the environment to the plan as `plan` and `validate --live` print it.
    public static List<ForeignInput> all() {
        return List.of(
                new ForeignInput(
                        "planned-environment",
                        List.of(
                                SettingsInputs.lines(
                                        Environments.standalone(
                                                "POSTGRES_PASSWORD",
                                                "x",
                                                "POSTGRES_CONF_work_mem",
                                                "4MB")),
                                SettingsInputs.lines(
                                        Environments.primary("POSTGRES_PASSWORD", "x"))),
                        text -> {
                            Settings settings =
                                    Environments.parse(SettingsInputs.environment(text));
                            if (settings.mode() instanceof Mode.Patroni) {
                                // It takes a look at the DCS.
                                return;
                            }
                            Plan plan =
                                    Planner.plan(
                                            settings, Volumes.holds(new DataDirectory.Empty()));
                            PlanText.lines(plan);
                        },
                        List.of(InvalidSettings.class, Refusal.class),
                        false));
    }
}
