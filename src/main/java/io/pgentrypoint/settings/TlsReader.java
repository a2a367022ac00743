package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import io.pgentrypoint.settings.mode.AuthMethod;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.Tls;
import java.util.List;

/// How the connections of a standby are protected.
record TlsReader(Environment environment) {

    Tls read() {
        Tls tls =
                new Tls(
                        environment.read(
                                ClusterVariables.REPLICATION_SSLMODE, () -> SslMode.PREFER),
                        environment.read(ClusterVariables.REPLICATION_SSLROOTCERT),
                        environment.read(ClusterVariables.REPLICATION_SSLCERT),
                        environment.read(ClusterVariables.REPLICATION_SSLKEY),
                        environment.read(
                                ClusterVariables.REPLICATION_REQUIRE_AUTH,
                                () -> List.of(AuthMethod.SCRAM_SHA_256)));
        boolean verifies = tls.mode() == SslMode.VERIFY_CA || tls.mode() == SslMode.VERIFY_FULL;
        if (verifies && tls.rootCertificate().isEmpty()) {
            environment.report(
                    Problem.error(
                            ClusterVariables.REPLICATION_SSLROOTCERT.name(),
                            "",
                            "must be set with REPLICATION_SSLMODE=" + tls.mode().word(),
                            "set it to the file of the certificates that sign the primary's"));
        }
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            environment.report(
                    Problem.error(
                            ClusterVariables.REPLICATION_SSLCERT.name(),
                            "",
                            "a client certificate and its key belong together",
                            "set both REPLICATION_SSLCERT and REPLICATION_SSLKEY, or neither"));
        }
        return tls;
    }
}
