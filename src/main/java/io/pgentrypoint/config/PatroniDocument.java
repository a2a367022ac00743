package io.pgentrypoint.config;

import io.pgentrypoint.patroni.PatroniConfiguration;
import io.pgentrypoint.patroni.YamlText;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Citus;
import io.pgentrypoint.settings.mode.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Patroni's configuration from our variables. What the user says to Patroni itself lies beside it
/// in files of its own: Patroni reads a directory in the order of the alphabet, and the later file
/// wins.
public final class PatroniDocument {

    public static final String OURS = "10-entrypoint.yml";
    public static final String THEIRS = "50-configuration.yml";
    public static final String SECRETS = "90-secrets.yml";
    public static final String PASS_FILE = "pgpass";

    private final Mode.Patroni patroni;
    private final Settings settings;
    private final Ground ground;
    private final SharedSettings shared;

    /// Where the member stands.
    ///
    /// @param address by which the other members reach it
    /// @param directory the private one of Patroni's files
    /// @param minimum what the cluster has run with
    /// @param adopted whether the data were no Patroni cluster's until now
    /// @param guarded whether it must not lead before another member has:
    ///   docs/how-to/use-patroni.md
    public record Ground(
            String address,
            Path directory,
            Path binDirectory,
            int major,
            MinimumSettings minimum,
            boolean adopted,
            boolean guarded) {}

    private PatroniDocument(Mode.Patroni patroni, Settings settings, Ground ground) {
        this.patroni = patroni;
        this.settings = settings;
        this.ground = ground;
        this.shared =
                SharedSettings.of(
                        ServerConfiguration.of(
                                settings,
                                new Layout(settings.dataDirectory()),
                                ground.minimum(),
                                ground.major()));
    }

    /// By file name.
    public static SortedMap<String, Secret> files(
            Mode.Patroni patroni, Settings settings, Ground ground) {
        SortedMap<String, Secret> files = new TreeMap<>();
        files.put(OURS, new Secret(YamlText.of(of(patroni, settings, ground))));
        PatroniConfiguration given = patroni.given();
        given.document().ifPresent(text -> files.put(THEIRS, text));
        given.secrets().ifPresent(text -> files.put(SECRETS, text));
        return files;
    }

    public static Map<String, Object> of(Mode.Patroni patroni, Settings settings, Ground ground) {
        return new PatroniDocument(patroni, settings, ground).document();
    }

    private Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("scope", patroni.scope());
        document.put("name", patroni.name());
        int rest = patroni.given().restPort();
        document.put(
                "restapi",
                map("listen", "0.0.0.0:" + rest, "connect_address", at(ground.address(), rest)));
        document.put("bootstrap", bootstrap());
        document.put("postgresql", postgresql());
        if (settings.citus().orElse(null) instanceof Citus.Member(var database, _, var group)) {
            Map<String, Object> citus = map("database", database);
            group.ifPresent(number -> citus.put("group", number));
            document.put("citus", citus);
        }
        if (ground.guarded()) {
            document.put("tags", map("nofailover", true));
        }
        return document;
    }

    private Map<String, Object> postgresql() {
        Map<String, Object> replication =
                map(
                        "username", patroni.replication().user(),
                        "password", patroni.replication().password().reveal());
        Map<String, Object> superuser = superuser();
        Map<String, Object> section =
                map(
                        "listen", shared.listenAddresses() + ":" + settings.port(),
                        "connect_address", at(ground.address(), settings.port()),
                        "data_dir", settings.dataDirectory().toString(),
                        "bin_dir", ground.binDirectory().toString(),
                        "pgpass", ground.directory().resolve(PASS_FILE).toString(),
                        // A cluster that is adopted may have another password for its superuser.
                        "use_unix_socket", true,
                        // What pg_rewind leaves behind when it fails is no cluster any more, and
                        // Patroni would try to start it for ever.
                        "remove_data_directory_on_rewind_failure", true,
                        "authentication",
                                map(
                                        "superuser", superuser,
                                        "replication", replication,
                                        // Patroni 3 demands it; alike, it makes no role of its own.
                                        "rewind", superuser()),
                        "parameters", shared.ofOneMember());
        // Otherwise a clone of a small cluster waits minutes for the leader's next checkpoint.
        List<Object> clone = new ArrayList<>(List.of(map("checkpoint", "fast")));
        Optional<Path> wal = settings.initdb().walDirectory();
        wal.ifPresent(directory -> clone.add(map("waldir", directory.toString())));
        section.put("basebackup", clone);
        return section;
    }

    private Map<String, Object> superuser() {
        String[] path = {"postgresql", "authentication", "superuser"};
        PatroniConfiguration given = patroni.given();
        Map<String, Object> superuser =
                map(
                        "username",
                        given.text(path[0], path[1], path[2], "username")
                                .orElse(settings.superuser().name()));
        given.text(path[0], path[1], path[2], "password")
                .or(() -> settings.superuser().password().map(Secret::reveal))
                .ifPresent(password -> superuser.put("password", password));
        return superuser;
    }

    private Map<String, Object> bootstrap() {
        Map<String, Object> dcs =
                map(
                        "ttl", 30,
                        "loop_wait", 10,
                        "retry_timeout", 10,
                        "maximum_lag_on_failover", 1_048_576,
                        "postgresql",
                                map(
                                        "use_pg_rewind", true,
                                        "use_slots", true,
                                        "parameters", shared.ofAllMembers()));
        if (ground.adopted()) {
            // Patroni drops every slot it does not know in its first round, and with a logical one
            // the place of a subscriber.
            dcs.put("ignore_slots", List.of(map("type", "logical")));
        }
        Map<String, Object> section =
                map("dcs", dcs, "initdb", InitdbOptions.of(settings.initdb()), "pg_hba", rules());
        if (!settings.superuser().database().equals("postgres")) {
            section.put("post_init", createDatabase());
        }
        return section;
    }

    private List<String> rules() {
        List<String> rules = new ArrayList<>();
        HbaBlock.text(settings).ifPresent(block -> rules.addAll(block.lines().toList()));
        rules.addAll(HostRule.text(settings, ground.major()).lines().toList());
        return rules;
    }

    /// Patroni splits it as a shell would and adds a connection string.
    private String createDatabase() {
        String sql = "CREATE DATABASE " + Quoting.sqlIdentifier(settings.superuser().database());
        return "%s --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --command='%s'"
                .formatted(ground.binDirectory().resolve("psql"), sql.replace("'", "'\"'\"'"));
    }

    private static String at(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /// In this order.
    private static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }
}
