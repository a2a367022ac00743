package io.pgentrypoint.plan.step;

import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.TlsPair;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Files of ours, and what they name. A reload does these too, and no others.
public sealed interface Configure extends BeforeLaunch {

    /// The file of the user's that it changes in its place.
    default Optional<Path> edits() {
        return Optional.empty();
    }

    record WriteSettings(Layout layout, String text) implements Configure {
        @Override
        public String sentence() {
            return "write %s (%s)".formatted(Layout.SETTINGS_FILE, counted(text, "setting"));
        }
    }

    record IncludeSettings(Layout layout) implements Configure {
        @Override
        public String sentence() {
            return "include %s at the end of postgresql.conf".formatted(Layout.SETTINGS_FILE);
        }

        @Override
        public Optional<Path> edits() {
            return Optional.of(layout.postgresqlConf());
        }
    }

    record WriteHbaBlock(Layout layout, String block) implements Configure {
        @Override
        public String sentence() {
            return "write our block of pg_hba.conf (%s)".formatted(counted(block, "rule"));
        }

        @Override
        public Optional<Path> edits() {
            return Optional.of(layout.hbaConf());
        }
    }

    /// Removes our settings file, include line and HBA block from a cluster that needs none.
    record TakeBackFiles(Layout layout) implements Configure {
        @Override
        public String sentence() {
            return "take our settings, include line and HBA block out of the user's files";
        }
    }

    record WritePassFile(Layout layout, Secret text) implements Configure {
        @Override
        public String sentence() {
            return "write the password file %s, mode 0600".formatted(layout.passFile());
        }
    }

    record WriteTlsPair(Layout layout, TlsPair pair) implements Configure {
        @Override
        public String sentence() {
            return "copy certificate and key of the server to %s and %s, mode 0600"
                    .formatted(layout.serverCertificate(), layout.serverKey());
        }
    }

    /// A pair that no authority has signed.
    ///
    /// @param name that it is made for
    record MakeSelfSigned(Layout layout, String name) implements Configure {
        @Override
        public String sentence() {
            return "make a self-signed certificate for %s, valid for a year, in %s"
                    .formatted(name, layout.serverCertificate());
        }
    }

    record WriteClientAuthorities(Layout layout, String text) implements Configure {
        @Override
        public String sentence() {
            return "copy the authorities of clients to %s".formatted(layout.clientAuthorities());
        }
    }

    record RemoveTlsFiles(Layout layout) implements Configure {
        @Override
        public String sentence() {
            return "remove certificate and key of the server from %s"
                    .formatted(layout.stateDirectory());
        }
    }

    /// Settings of postgresql.auto.conf that would override ours.
    record RemoveAutoSettings(Layout layout, Set<String> names) implements Configure {
        public RemoveAutoSettings {
            names = Set.copyOf(names);
        }

        @Override
        public String sentence() {
            return "remove from postgresql.auto.conf, where set: %s"
                    .formatted(String.join(", ", new TreeSet<>(names)));
        }
    }

    /// The server's own parser reads every setting before the server is started.
    record CheckServerSettings(Layout layout, List<String> arguments) implements Configure {
        public CheckServerSettings {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String sentence() {
            return "check the settings with postgres -C";
        }
    }

    record CreateSlot(Mode.NativeReplica replica, String name) implements Configure {
        @Override
        public String sentence() {
            return "create the replication slot %s on %s if it does not exist or is lost"
                    .formatted(name, replica.primary());
        }
    }

    /// Before a restored cluster is started: its subscriptions are to be disabled, and no sign of
    /// PostgreSQL's is left of that once its recovery has ended.
    record MarkRestored(Layout layout) implements Configure {
        @Override
        public String sentence() {
            return "note that its logical subscriptions are to be disabled";
        }
    }

    /// What the volume remembers of itself.
    record RecordNodeState(Layout layout, NodeState node) implements Configure {
        @Override
        public String sentence() {
            return "record on the volume: %s%s%s%s%s%s%s"
                    .formatted(
                            node.role().name().toLowerCase(Locale.ROOT),
                            node.name().map(" %s"::formatted).orElse(""),
                            node.slot().map(", slot %s"::formatted).orElse(""),
                            node.citus().map(", Citus in database %s"::formatted).orElse(""),
                            node.promotingFrom()
                                    .map(", being promoted from timeline %d"::formatted)
                                    .orElse(""),
                            node.superseded()
                                    .map(seen ->
                                            ", superseded by timeline %d of %s"
                                                    .formatted(seen.timeline(), seen.node()))
                                    .orElse(""),
                            node.handedTo().map(", handed over to %s"::formatted).orElse(""));
        }
    }

    /// Patroni's configuration, and nothing else, in a directory of its own.
    ///
    /// @param files by name
    /// @param guarded whether they keep this member from leading
    record WritePatroniFiles(Path directory, SortedMap<String, Secret> files, boolean guarded)
            implements Configure {
        public WritePatroniFiles {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        }

        @Override
        public String sentence() {
            return "write Patroni's configuration in %s, mode 0600: %s%s"
                    .formatted(
                            directory,
                            String.join(", ", files.keySet()),
                            guarded ? " (it must not lead yet)" : "");
        }
    }

    private static String counted(String text, String noun) {
        long count = text.lines().filter(line -> !line.isBlank() && line.charAt(0) != '#').count();
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
