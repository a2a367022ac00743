package io.pgentrypoint.config;

import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;

/// What PostgreSQL or Patroni would not take.
final class Refusals {

    private Refusals() {}

    static Refusal longConninfo(int longest) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                """
                cannot follow the primary: PostgreSQL would cut its connection string, which is \
                longer than %s bytes\
                """
                        .formatted(longest),
                "use shorter paths for PGDATA and the REPLICATION_SSL files");
    }

    static Refusal shortOption(String word) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                """
                cannot pass %s of POSTGRES_INITDB_ARGS on: Patroni takes initdb's long options only\
                """
                        .formatted(word),
                "write it as --name=value");
    }
}
