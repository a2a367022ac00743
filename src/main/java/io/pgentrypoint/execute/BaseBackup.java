package io.pgentrypoint.execute;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.connect.ReplicationCommands;
import io.pgentrypoint.execute.move.ExternalDirectory;
import io.pgentrypoint.execute.move.Relocator;
import io.pgentrypoint.observe.Observer;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.observe.upstream.UpstreamReader;
import io.pgentrypoint.plan.step.Follow;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Progress;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.mode.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A clone of the primary, by pg_basebackup, into the staging directory.
final class BaseBackup {

    private static final Logger LOG = LoggerFactory.getLogger(BaseBackup.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// ENOSPC, in the C library's words.
    private static final String NO_ROOM = "No space left on device";

    /// ReplicationSlotAcquire: replication slot "…" is active for PID ….
    private static final String SLOT_IN_USE = "is active for PID";

    private BaseBackup() {}

    static void take(
            Follow.CloneFromPrimary step,
            Programs programs,
            Installation installation,
            Map<String, String> environment,
            Progress progress)
            throws IOException {
        Path staging = step.layout().staging().dataDirectory();
        List<String> argv = new ArrayList<>();
        argv.add(installation.program("pg_basebackup"));
        argv.add("--pgdata=" + staging);
        argv.add("--format=plain");
        argv.add("--wal-method=stream");
        // A spread checkpoint takes up to checkpoint_timeout × checkpoint_completion_target.
        argv.add("--checkpoint=fast");
        argv.add("--progress");
        argv.add("--no-password");
        // Publishing syncs the whole cluster.
        argv.add("--no-sync");
        argv.add("--dbname=" + step.conninfo());
        if (programs.orStop(() -> commitsWait(step))) {
            // With a slot its stream reports what it has flushed, and the server takes it for a
            // standby: a commit would be acknowledged that no standby has. A named slot keeps WAL
            // from when it was made all the same.
            argv.add("--no-slot");
        } else if (step.replica().slot() instanceof Slot.Named(String name)) {
            argv.add("--slot=" + name);
        }
        for (ExternalDirectory part : new Relocator(step.layout()).external()) {
            argv.add(part.option());
        }
        CloneProgress shown = new CloneProgress(progress);
        Outcome outcome =
                programs.run(new Command("pg_basebackup", argv, environment), shown::line);
        shown.end();
        if (!outcome.succeeded()) {
            throw refusal(step.replica().primary(), outcome);
        }
        requireSameCluster(step, programs, installation, environment, staging);
        LOG.info("Cloned {}: {}", step.replica().primary(), shown.summary());
    }

    private static Refusal refusal(HostPort primary, Outcome outcome) {
        String said = complaint(outcome);
        if (outcome.stderr().contains(NO_ROOM)) {
            return Refusals.diskFull(primary, said);
        }
        return outcome.stderr().contains(SLOT_IN_USE)
                ? Refusals.slotInUse(primary, outcome.code(), said)
                : Refusals.notCloned(primary, outcome.code(), said);
    }

    private static boolean commitsWait(Follow.CloneFromPrimary step) {
        try (Connection connection =
                UpstreamReader.connection(step.replica().upstream(), TIMEOUT).open()) {
            return !new ReplicationCommands(connection).show("synchronous_standby_names").isBlank();
        } catch (SQLException e) {
            // pg_basebackup will say what is wrong.
            LOG.debug("Cannot ask whether commits wait", e);
            return false;
        }
    }

    /// The name may lead to another server than it did a moment ago.
    private static void requireSameCluster(
            Follow.CloneFromPrimary step,
            Programs programs,
            Installation installation,
            Map<String, String> environment,
            Path staging) {
        ControlData control = Observer.controlData(staging, installation, environment, programs);
        if (!control.systemIdentifier().equals(step.systemIdentifier())) {
            throw Refusals.cloneOfAnother(
                    step.replica().primary(), control.systemIdentifier(), step.systemIdentifier());
        }
    }

    private static String complaint(Outcome outcome) {
        return outcome.stderr()
                .lines()
                .filter(line -> !CloneProgress.isProgress(line) && !line.isBlank())
                .reduce((first, second) -> first + "; " + second)
                .orElse("it said nothing");
    }
}
