package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A secret that is easy to find is looked for wherever others could read it.
@ContainerTest
class CanaryIT {

    private static final String CANARY = "canary-in-the-mine";
    private static final String SIGHTINGS = "/tmp/sightings";

    /// Looks at every process but PID 1, whose environment is where the user put the secret, and
    /// writes down what it could read and where the canary was. It gets the canary backwards, not
    /// to find itself.
    private static final String WATCHER =
            """
            my $canary = reverse shift;
            my %said;
            $| = 1;
            while (1) {
              select undef, undef, undef, 0.002;
              for my $dir (glob "/proc/[0-9]*") {
                next if $dir eq "/proc/$$";
                my %text;
                for my $name ("comm", "cmdline", "environ") {
                  next if $name eq "environ" and $dir eq "/proc/1";
                  open(my $file, "<", "$dir/$name") or next;
                  local $/;
                  $text{$name} = <$file>;
                }
                my $comm = $text{comm} or next;
                chomp $comm;
                for my $name ("cmdline", "environ") {
                  next unless length $text{$name};
                  my $what = index($text{$name}, $canary) < 0 ? "read" : "LEAK";
                  print "$what $comm $name\\n" unless $said{"$what $comm $name"}++;
                }
              }
            }
            """;

    @Test
    void a_secret_is_in_no_argv_environment_log_or_readable_file() {
        try (Cluster cluster = new Cluster()) {
            ContainerNode primary = watched(cluster.primary("primary")).started().awaitServer();
            assertThat(primary.sql("CREATE EXTENSION pg_stat_statements")).isEmpty();
            primary.holdClones();
            ContainerNode replica = watched(cluster.replica("replica", "primary")).started();
            primary.awaitSql("SELECT count(*) FROM pg_stat_progress_basebackup", "1");
            primary.letClonesGo();
            replica.awaitStreaming();

            watcherSaw(primary, "initdb", "postgres");
            watcherSaw(replica, "pg_basebackup", "postgres");
            filesHold(primary, List.of());
            filesHold(
                    replica,
                    List.of("/var/lib/postgresql/data/pgsql_tmp_entrypoint/upstream.pgpass"));
            nothingSays(primary);
            nothingSays(replica);

            assertThat(primary.stopped()).isZero();
            ContainerNode changed =
                    watched(cluster.primary("primary"))
                            .withEnv("REPLICATION_PASSWORD", CANARY + "-changed")
                            .after(primary)
                            .started()
                            .awaitLog("password set to the environment's");
            watcherSaw(changed, "postgres");
            filesHold(changed, List.of());
            nothingSays(changed);
        }
    }

    private static ContainerNode watched(ContainerNode node) {
        String backwards = new StringBuilder(CANARY).reverse().toString();
        return node.withEnv("POSTGRES_PASSWORD", CANARY + "-superuser")
                .withEnv("REPLICATION_PASSWORD", CANARY + "-replication")
                .withEnv("LOG_LEVEL", "debug")
                .withEnv(
                        "POSTGRES_CONF_shared_preload_libraries", "auto_explain,pg_stat_statements")
                .withEnv("POSTGRES_CONF_auto_explain.log_min_duration", "0")
                .withEnv("POSTGRES_CONF_auto_explain.log_verbose", "on")
                .withEnv("POSTGRES_CONF_pg_stat_statements.track", "all")
                .withEnv("POSTGRES_CONF_debug_print_parse", "on")
                .withEnv("POSTGRES_CONF_debug_print_rewritten", "on")
                .withEnv("POSTGRES_CONF_debug_print_plan", "on")
                .withEnv("POSTGRES_CONF_log_min_messages", "debug5")
                .withEnv("POSTGRES_CONF_log_statement", "all")
                .withEnv("POSTGRES_CONF_log_min_duration_statement", "0")
                .withEnv("POSTGRES_CONF_log_replication_commands", "on")
                .withFile("/watcher.pl", 0644, WATCHER)
                .program(
                        "bash",
                        "-c",
                        "env -i PATH=$PATH gosu postgres perl /watcher.pl "
                                + backwards
                                + " >"
                                + SIGHTINGS
                                + " & exec entrypoint postgres");
    }

    private static void watcherSaw(ContainerNode node, String... programs) {
        List<String> sightings = node.file(SIGHTINGS).lines().toList();
        for (String program : programs) {
            assertThat(sightings).contains("read " + program + " cmdline");
            assertThat(sightings).contains("read " + program + " environ");
        }
        assertThat(sightings).noneMatch(line -> line.startsWith("LEAK"));
    }

    /// Root reads all of them; the ones that hold it are for the server's user alone.
    private static void filesHold(ContainerNode node, List<String> files) {
        ContainerNode.Run search =
                node.execAs(
                        "root",
                        "grep",
                        "-rslF",
                        "-D",
                        "skip",
                        CANARY,
                        "/var/lib/postgresql",
                        "/tmp",
                        "/run/",
                        "/var/run/",
                        "/etc",
                        "/dev/shm");
        assertThat(search.out().lines()).containsExactlyElementsOf(files);
        for (String file : files) {
            assertThat(node.execAs("root", "stat", "-c", "%a %U", file).out())
                    .isEqualTo("600 postgres\n");
        }
    }

    private static void nothingSays(ContainerNode node) {
        assertThat(node.log()).contains("DEBUG").contains("statement: ").doesNotContain(CANARY);
        for (String command : List.of("plan", "render", "validate", "status", "variables")) {
            ContainerNode.Run run = node.execAs("postgres", "entrypoint", command);
            assertThat(run.out()).as(command).isNotEmpty().doesNotContain(CANARY);
            assertThat(run.err()).as(command).doesNotContain(CANARY);
        }
        nothingSaysAVerifier(node);
        assertThat(node.sql("SELECT string_agg(setting, ' ') FROM pg_settings"))
                .doesNotContain(CANARY);
        assertThat(node.sql("SELECT string_agg(conninfo, ' ') FROM pg_stat_wal_receiver"))
                .doesNotContain(CANARY);
    }

    /// Salt and keys of each role.
    private static void nothingSaysAVerifier(ContainerNode node) {
        List<String> parts =
                node.sql("SELECT substr(rolpassword, 20) FROM pg_authid WHERE rolpassword <> ''")
                        .lines()
                        .flatMap(verifier -> Stream.of(verifier.split("[$:]")))
                        .toList();
        assertThat(parts).hasSize(6).allSatisfy(part -> assertThat(part).hasSizeGreaterThan(20));
        String log = node.log();
        String statistics = node.sql("SELECT query FROM pg_stat_statements");
        assertThat(statistics).contains("SELECT").doesNotContain(CANARY);
        for (String part : parts) {
            assertThat(log).doesNotContain(part).doesNotContain(numbers(part));
            assertThat(statistics).doesNotContain(part);
        }
    }

    /// As debug_print_* shows a constant.
    private static String numbers(String text) {
        return text.chars().mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }
}
