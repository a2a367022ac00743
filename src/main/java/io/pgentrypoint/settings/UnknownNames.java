package io.pgentrypoint.settings;

import io.pgentrypoint.report.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Variables that look like ours and are not: a typo must not be silence.
final class UnknownNames {

    private static final List<String> PREFIXES =
            List.of(
                    "POSTGRES_",
                    "REPLICATION_",
                    "PRIMARY_",
                    "REPLICA_",
                    "HA_",
                    "CITUS_",
                    "POSTGRESQL_",
                    "REPMGR_");

    /// Names of other images that have no counterpart, and what there is instead.
    private static final Map<String, String> INSTEAD =
            Map.of(
                    "POSTGRESQL_POSTGRES_PASSWORD",
                    "POSTGRES_USER is the superuser here; make other roles in an init script",
                    "POSTGRESQL_DATA_DIR",
                    "set PGDATA",
                    "POSTGRESQL_VOLUME_DIR",
                    "set PGDATA",
                    "POSTGRESQL_EXTRA_FLAGS",
                    "give the server's arguments to the container");

    /// Kubernetes makes such variables for each Service of the namespace; one is often called
    /// postgres or primary.
    private static final Pattern SERVICE_LINK =
            Pattern.compile(
                    "[^=]+_SERVICE_(HOST|PORT[^=]*)=.*|[^=]+_PORT(_[0-9]+_[^=]*)?=(tcp|udp|sctp):.*"
                            + "|[^=]+_PORT_[0-9]+_[A-Z]+_(PROTO|PORT|ADDR)=.*",
                    Pattern.DOTALL);

    /// Twice as long as a Service's name in Kubernetes can make one.
    private static final int LONGEST_NAME = 300;

    /// As many letters may be wrong in a typo.
    private static final int FARTHEST = 2;

    private UnknownNames() {}

    static void report(Map<String, String> raw, Environment environment) {
        List<String> known = knownNames();
        for (String name : new TreeSet<>(raw.keySet())) {
            String value = raw.getOrDefault(name, "");
            if (value.isEmpty()
                    || name.startsWith(ServerSettings.PREFIX)
                    || OtherImages.knows(name)
                    || isOfOthers(name, value)) {
                continue;
            }
            if (INSTEAD.containsKey(name)) {
                environment.report(unknown(name, INSTEAD.getOrDefault(name, "")));
            } else if (name.startsWith("REPMGR_")) {
                environment.report(
                        unknown(
                                name,
                                """
                                automatic failover is Patroni's: USE_PATRONI=true, \
                                docs/how-to/use-patroni.md; native replication is \
                                promoted by hand\
                                """));
            } else if (!known.contains(name)) {
                nearest(name, known)
                        .ifPresentOrElse(
                                near -> environment.report(unknown(name, "did you mean " + near)),
                                () -> reportPrefix(name, environment));
            }
        }
    }

    // libpq's PGHOST is two letters away from PGPORT, and yet no typo.
    private static boolean isOfOthers(String name, String value) {
        return name.equals("PGHOST")
                || name.length() > LONGEST_NAME
                || SERVICE_LINK.matcher(name + "=" + value).matches();
    }

    private static void reportPrefix(String name, Environment environment) {
        if (PREFIXES.stream().anyMatch(name::startsWith)) {
            environment.report(unknown(name, "entrypoint variables lists the known ones"));
        }
    }

    private static Problem unknown(String name, String remedy) {
        return Problem.warning(
                name,
                "",
                "is not a variable of this image and has no effect here (a script of yours may read it)",
                remedy);
    }

    private static List<String> knownNames() {
        List<String> names = new ArrayList<>();
        for (Variable<?> variable : Variables.all()) {
            names.add(variable.name());
            names.add(variable.fileName());
            names.addAll(variable.aliases());
        }
        return names;
    }

    static Optional<String> nearest(String name, List<String> known) {
        if (name.length() < 6 || name.length() > LONGEST_NAME) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= FARTHEST)
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
    }

    /// Levenshtein's distance, or more than that counts where it is more than that. Each start
    /// compares each variable with each name that it knows.
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > FARTHEST) {
            return FARTHEST + 1;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
