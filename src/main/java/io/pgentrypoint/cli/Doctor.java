package io.pgentrypoint.cli;

import io.pgentrypoint.observe.postgres.ServerCertificate;
import io.pgentrypoint.observe.postgres.SettingsParser;
import io.pgentrypoint.observe.volume.VolumeReader;
import io.pgentrypoint.plan.step.NextAction;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.probe.StatusClient;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Looks by the means of `validate`, `plan`, `cluster` and `status`, and changes nothing.
final class Doctor {

    private final List<Check> checks = new ArrayList<>();
    private OptionalInt refusedWith = OptionalInt.empty();
    private String plan = "not known";
    private String status = "not known";

    private Doctor() {}

    /// @param exitCode 0 when nothing fails, else that of a start, or 1
    /// @param plan what `plan` prints
    /// @param status what `status --format json` prints
    record Diagnosis(List<Check> checks, int exitCode, String plan, String status) {
        Diagnosis {
            checks = List.copyOf(checks);
        }
    }

    static Diagnosis examine() {
        Doctor doctor = new Doctor();
        try {
            doctor.examine(SystemEnvironment.settings(List.of()));
        } catch (InvalidSettings invalid) {
            doctor.refusedWith = OptionalInt.of(invalid.exitCode());
            doctor.checks.addAll(NodeChecks.variables(invalid.problems()));
            doctor.checks.add(
                    Check.notChecked("all others", "they need variables that can be read"));
        }
        return new Diagnosis(doctor.checks, doctor.exitCode(), doctor.plan, doctor.status);
    }

    private int exitCode() {
        boolean failed = checks.stream().anyMatch(check -> check.verdict() == Check.Verdict.FAIL);
        return failed ? refusedWith.orElse(ExitCode.UNHEALTHY.code()) : 0;
    }

    private void examine(Settings settings) {
        checks.addAll(NodeChecks.variables(settings.warnings()));
        Optional<List<Problem>> said =
                SettingsParser.problems(settings, new Programs(new StopRequest()));
        checks.addAll(NodeChecks.settings(said));
        if (said.stream().anyMatch(problems -> !problems.isEmpty())) {
            refusedWith = OptionalInt.of(ExitCode.CONFIGURATION.code());
        }
        // Before this process becomes the server's user: root reads every socket and file.
        List<Check> server = server(settings);
        Optional<String> memory = VolumeReader.sharedMemory(settings);
        volume(settings, memory);
        checks.add(NodeChecks.memory(memory));
        checks.add(
                NodeChecks.stop(
                        settings.stopGrace(),
                        settings.childEnvironment().containsKey("KUBERNETES_SERVICE_HOST")));
        try {
            checks.addAll(NodeChecks.peers(ClusterNodes.of(settings).peers()));
        } catch (Refusal noCluster) {
            checks.add(NodeChecks.noPeers(noCluster));
        }
        checks.add(NodeChecks.certificate(ServerCertificate.read(settings), Instant.now()));
        checks.addAll(server);
        checks.addAll(NodeChecks.unknown());
    }

    private List<Check> server(Settings settings) {
        try {
            status = StatusClient.ask(settings.port()).document();
            return ServerChecks.of(status);
        } catch (IOException e) {
            status = "not known: %s".formatted(e.getMessage());
            return ServerChecks.notRunning(String.valueOf(e.getMessage()));
        }
    }

    private void volume(Settings settings, Optional<String> memory) {
        try {
            VolumeLook.Decided decided =
                    VolumeLook.decide(settings, VolumeLook.look(settings, _ -> {}), _ -> {});
            checks.addAll(NodeChecks.plan(decided.plan(), memory));
            checks.addAll(NodeChecks.space(decided.observed().volume()));
            plan = String.join("\n", PlanText.lines(decided.plan()));
            if (decided.plan().next() instanceof NextAction.Refuse(Refusal refusal)) {
                refuse(refusal);
            }
        } catch (Refusal refusal) {
            checks.add(NodeChecks.refused(refusal));
            plan = "refused: %s\n  %s".formatted(refusal.reason(), refusal.remedy());
            refuse(refusal);
        }
    }

    private void refuse(Refusal refusal) {
        if (refusedWith.isEmpty()) {
            refusedWith = OptionalInt.of(refusal.exitCode());
        }
    }
}
