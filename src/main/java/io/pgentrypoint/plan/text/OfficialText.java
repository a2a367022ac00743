package io.pgentrypoint.plan.text;

import java.util.List;

/// What the official image says, word for word: it is what people search for, and what tools look
/// for in a log.
public final class OfficialText {

    private static final String NO_PASSWORD =
            """
            Error: Database is uninitialized and superuser password is not specified.
                   You must specify POSTGRES_PASSWORD to a non-empty value for the
                   superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

                   You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
                   connections without a password. This is *not* recommended.

                   See PostgreSQL documentation about "trust":
                   https://www.postgresql.org/docs/current/auth-trust.html
            """;

    private static final String TRUST =
            """
            ********************************************************************************
            WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust". This will allow
                     anyone with access to the Postgres port to access your database without
                     a password, even if POSTGRES_PASSWORD is set. See PostgreSQL
                     documentation about "trust":
                     https://www.postgresql.org/docs/current/auth-trust.html
                     In Docker's default configuration, this is effectively any other
                     container on the same system.

                     It is not recommended to use POSTGRES_HOST_AUTH_METHOD=trust. Replace
                     it with "-e POSTGRES_PASSWORD=password" instead to set a password in
                     "docker run".
            ********************************************************************************
            """;

    private static final String OLD_DATA =
            """
            Error: in 18+, these Docker images are configured to store database data in a
                   format which is compatible with "pg_ctlcluster" (specifically, using
                   major-version-specific directory names).  This better reflects how
                   PostgreSQL itself works, and how upgrades are to be performed.

                   See also https://github.com/docker-library/postgres/pull/1259

                   Counter to that, there appears to be PostgreSQL data in:
                     THESE

                   This is usually the result of upgrading the Docker image without
                   upgrading the underlying database using "pg_upgrade" (which requires both
                   versions).

                   The suggested container configuration for 18+ is to place a single mount
                   at /var/lib/postgresql which will then place PostgreSQL data in a
                   subdirectory, allowing usage of "pg_upgrade --link" without mount point
                   boundary issues.

                   See https://github.com/docker-library/postgres/issues/37 for a (long)
                   discussion around this process, and suggestions for how to do so.
            """;

    private OfficialText() {}

    public static String noPassword() {
        return NO_PASSWORD;
    }

    public static String legacyData(List<String> places) {
        return OLD_DATA.replace("THESE", String.join(" ", places));
    }

    /// At a first start with that method.
    public static String trust() {
        return TRUST;
    }
}
