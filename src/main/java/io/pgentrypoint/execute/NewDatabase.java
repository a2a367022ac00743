package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.move.ExternalDirectory;
import io.pgentrypoint.execute.move.StagedCluster;
import io.pgentrypoint.execute.sql.PasswordVerifier;
import io.pgentrypoint.observe.postgres.Installation;
import io.pgentrypoint.plan.step.Build;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// initdb, in the staging directory.
final class NewDatabase {

    private static final Logger LOG = LoggerFactory.getLogger(NewDatabase.class);

    private NewDatabase() {}

    /// @return the superuser's password until it gets the real one
    static Optional<Secret> create(
            Build.InitializeDatabase step,
            List<ExternalDirectory> outside,
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
        // initdb quotes the statement that sets the password when the server refuses it, and wants
        // one where POSTGRES_INITDB_ARGS asks for password logins only.
        Optional<Secret> password = step.locked() ? Optional.of(random()) : Optional.empty();
        Path passwordFile = StagedCluster.superuserPassword(step.staging());
        try {
            if (password.isPresent()) {
                AtomicFiles.write(passwordFile, PasswordVerifier.scram(password.get()) + "\n");
                argv.add("--pwfile=" + passwordFile);
            }
            Outcome outcome = programs.run(new Command("initdb", argv, environment));
            outcome.stdout().lines().forEach(line -> LOG.debug("initdb: {}", line));
            if (!outcome.succeeded()) {
                throw Refusals.initdbFails(
                        outcome.code(), outcome.stderr().strip().replace("\n", "; "));
            }
            return password;
        } finally {
            AtomicFiles.deleteIfExists(passwordFile);
        }
    }

    private static Secret random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return new Secret(HexFormat.of().formatHex(bytes));
    }
}
