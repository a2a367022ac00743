package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.scripts.Script;
import io.pgentrypoint.observe.scripts.ScriptDirectory;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.mode.Credentials;
import java.util.List;
import java.util.Optional;

/// A server that has no TCP, and what is done on it before the real one starts.
public sealed interface OnPrivateServer extends Prepare {

    /// A server that only this process can reach: no TCP, a socket in a private directory.
    record StartBootstrapServer(Layout staging, List<String> arguments, String superuser)
            implements OnPrivateServer {
        public StartBootstrapServer {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String sentence() {
            return "start a bootstrap server, without TCP, on a private socket";
        }
    }

    /// The same on a database that stays: what it writes is as safe as ever.
    record StartPrivateServer(Layout layout, List<String> arguments) implements OnPrivateServer {
        public StartPrivateServer {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String sentence() {
            return "start a bootstrap server, without TCP, on a private socket";
        }
    }

    /// On the bootstrap server of a new cluster: initdb never sees the password.
    ///
    /// @param scram as a SCRAM verifier even where password_encryption is md5
    record SetSuperuserPassword(String user, Secret password, boolean scram)
            implements OnPrivateServer {
        @Override
        public String sentence() {
            return "set the password of superuser " + user;
        }
    }

    record CreateDatabase(String name) implements OnPrivateServer {
        @Override
        public String sentence() {
            return "create database " + name;
        }
    }

    /// On the bootstrap server, or on the running one.
    record EnsureReplicationRole(Credentials role) implements OnPrivateServer {
        @Override
        public String sentence() {
            return "ensure role %s with LOGIN, REPLICATION and the password of the environment"
                    .formatted(role.user());
        }
    }

    /// In the bootstrap server, so that the user's scripts can distribute tables.
    ///
    /// @param login kept in it for logins to the other nodes; a running server does that itself
    record CreateCitus(String database, Optional<Credentials> login) implements OnPrivateServer {
        @Override
        public String sentence() {
            return "create the extension citus in database %s%s"
                    .formatted(
                            database,
                            login.map(Credentials::user)
                                    .map(
                                            ", and keep in it with which password %s logs in to the other nodes"
                                                    ::formatted)
                                    .orElse(""));
        }
    }

    /// A server without TCP, on its usual sockets, for the user's scripts.
    ///
    /// @param newCluster nothing in it is worth a sync yet
    /// @param ownRules its own rules for who may log in, instead of pg_hba.conf
    record StartServerForScripts(
            Layout layout, List<String> arguments, boolean newCluster, boolean ownRules)
            implements OnPrivateServer {
        public StartServerForScripts {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String sentence() {
            return "start a bootstrap server, without TCP, on its usual Unix socket";
        }
    }

    record RunScripts(ScriptDirectory directory) implements OnPrivateServer {
        @Override
        public String sentence() {
            return "run %d of %d files of %s"
                    .formatted(
                            directory.scripts().stream()
                                    .filter(script -> script.use() != Script.Use.IGNORE)
                                    .count(),
                            directory.scripts().size(),
                            directory.path());
        }

        /// What becomes of each file.
        @Override
        public List<String> details() {
            return directory.scripts().stream()
                    .map(script ->
                            "%s: %s%s"
                                    .formatted(
                                            script.name(),
                                            script.use().meaning(),
                                            script.doubt().map("; "::concat).orElse("")))
                    .toList();
        }
    }

    /// Each in a transaction of its own: one that cannot be updated goes on as it is.
    record UpdateExtensions() implements OnPrivateServer {
        @Override
        public String sentence() {
            return "update the extensions of all databases to the versions of this image";
        }
    }

    /// pg_upgrade brings no statistics along, up to 17.
    record EstimateStatistics() implements OnPrivateServer {
        @Override
        public String sentence() {
            return "analyze all databases coarsely, so that the first queries have statistics";
        }
    }

    record StopBootstrapServer(Layout staging) implements OnPrivateServer {
        @Override
        public String sentence() {
            return "stop the bootstrap server";
        }
    }
}
