package io.pgentrypoint.execute;

import io.pgentrypoint.files.AtomicFiles;
import io.pgentrypoint.observe.Installation;
import io.pgentrypoint.plan.Step;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// initdb, in the staging place.
final class NewDatabase {

    private static final Logger LOG = LoggerFactory.getLogger(NewDatabase.class);

    private NewDatabase() {}

    static void create(
            Step.InitializeDatabase step,
            List<OutsidePart> outside,
            Programs programs,
            Installation installation,
            Map<String, String> environment)
            throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(installation.program("initdb"));
        argv.add("--pgdata=" + step.staging().dataDirectory());
        argv.add("--username=" + step.superuser());
        // Publishing syncs the whole cluster, what the bootstrap server wrote included.
        argv.add("--no-sync");
        outside.forEach(part -> argv.add(part.option()));
        argv.addAll(step.arguments());
        Path passwordFile = Staging.superuserPassword(step.staging());
        try {
            if (step.password().isPresent()) {
                AtomicFiles.write(passwordFile, step.password().get().reveal() + "\n");
                argv.add("--pwfile=" + passwordFile);
            }
            Outcome outcome = programs.run(new Command("initdb", argv, environment));
            outcome.stdout().lines().forEach(line -> LOG.debug("initdb: {}", line));
            if (!outcome.succeeded()) {
                throw new Refusal(
                        outcome.code(),
                        "cannot create the cluster: initdb ended with code "
                                + outcome.code()
                                + ": "
                                + outcome.stderr().strip().replace("\n", "; "),
                        "correct POSTGRES_INITDB_ARGS or what else it names; the next start begins"
                                + " anew");
            }
        } finally {
            AtomicFiles.deleteIfExists(passwordFile);
        }
    }
}
