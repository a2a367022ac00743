package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import io.pgentrypoint.kit.Eventually;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A volume of an older major version, under the image that has the programs of both.
@ContainerTest
class UpgradeIT {

    private static final String DATA = "/var/lib/postgresql/data";

    /// Up to 15 a setting.
    private static final String UNKNOWN = "vacuum_defer_cleanup_age = 5";

    /// What pg_upgrade leaves behind, and what it has to take along.
    private static void fill(ContainerNode old) {
        old.sql("CREATE TABLE t AS SELECT i, 'row ' || i AS text FROM generate_series(1, 1000) i");
        old.sql("CREATE INDEX ON t (text)");
        old.sql("CREATE EXTENSION pg_stat_statements");
        old.sql("CREATE DATABASE \"two 'and' a half\"");
        old.sql("ALTER SYSTEM SET work_mem = '7MB'");
        ContainerNode.Run run =
                old.exec(
                        "bash",
                        "-ec",
                        """
                        mkdir %1$s/conf.d
                        echo "statement_timeout = '1h'" >%1$s/conf.d/mine.conf
                        printf "\\n%2$s\\ninclude_dir = 'conf.d'\\n" >>%1$s/postgresql.conf
                        echo "host all mine 127.0.0.1/32 reject # mine" >>%1$s/pg_hba.conf
                        echo "m /a b" >>%1$s/pg_ident.conf
                        """
                                .formatted(DATA, UNKNOWN));
        assertThat(run.code()).as(run.err()).isZero();
    }

    private static void assertWhole(ContainerNode upgraded, int major) {
        assertThat(upgraded.sql("SHOW server_version")).startsWith(major + ".");
        assertThat(upgraded.sql("SELECT count(*), sum(i) FROM t")).isEqualTo("1000|500500");
        assertThat(upgraded.sql("SELECT i FROM t WHERE text = 'row 77'")).isEqualTo("77");
        assertThat(upgraded.sql("SELECT datname FROM pg_database WHERE datname LIKE 'two%'"))
                .isEqualTo("two 'and' a half");
        assertThat(upgraded.sql("SHOW work_mem")).isEqualTo("7MB");
        assertThat(upgraded.sql("SHOW statement_timeout")).isEqualTo("1h");
        assertThat(
                        upgraded.sql(
                                """
                                SELECT count(*) FROM pg_available_extensions
                                WHERE installed_version <> default_version
                                """))
                .isEqualTo("0");
        assertThat(upgraded.file(DATA + "/postgresql.conf"))
                .doesNotContain("\n" + UNKNOWN)
                .contains("\n# not for PostgreSQL %s: %s".formatted(major, UNKNOWN));
        assertThat(upgraded.file(DATA + "/pg_hba.conf")).contains("# mine\n");
        assertThat(upgraded.file(DATA + "/pg_ident.conf")).contains("m /a b\n");
        ContainerNode.Run check =
                upgraded.exec(
                        "pg_amcheck", "-U", "admin", "--install-missing", "--heapallindexed", "-a");
        assertThat(check.code()).as("%s %s", check.out(), check.err()).isZero();
    }

    @ParameterizedTest(name = "from {0} to {1} by {2}, initdb {3}")
    @CsvSource({"13, 17, copy, -k", "15, 17, link, --locale=C", "15, 18, copy, --wal-segsize=4"})
    void the_tag_and_one_variable_upgrade_a_volume(int from, int to, String by, String initdb) {
        try (Cluster cluster = new Cluster(from)) {
            ContainerNode old =
                    cluster.node("db").withEnv("POSTGRES_INITDB_ARGS", initdb).started();
            fill(old.awaitServer());
            assertThat(old.stopped()).as(old::log).isZero();

            ContainerNode upgraded =
                    cluster.node("db", to + "-upgrade")
                            .withEnv("UPGRADE", by)
                            .withEnv("PGDATA", DATA)
                            .after(old)
                            .started()
                            .awaitServer();
            assertWhole(upgraded, to);
            upgraded.awaitLog("All databases are analyzed: the upgrade to PostgreSQL " + to);
            assertThat(upgraded.sql("SELECT count(*) FROM pg_stats WHERE tablename = 't'"))
                    .isEqualTo("2");
            assertThat(upgraded.sql("SHOW data_checksums"))
                    .isEqualTo(initdb.equals("-k") ? "on" : "off");
            assertThat(upgraded.stopped()).as(upgraded::log).isZero();

            // The variable may stay: there is nothing to upgrade any more.
            upgraded.startedAgain().awaitServer();
            assertThat(upgraded.log()).doesNotContain("upgrade");
            assertThat(upgraded.stopped()).as(upgraded::log).isZero();
            ContainerNode revert =
                    cluster.node("db").withCommand("upgrade", "--revert").after(upgraded).started();
            if (by.equals("copy")) {
                assertThat(revert.awaitExit()).as(revert::log).isZero();
                ContainerNode back = cluster.node("db").after(revert).started().awaitServer();
                assertThat(back.sql("SHOW server_version")).startsWith(from + ".");
                assertThat(back.sql("SELECT count(*), sum(i) FROM t")).isEqualTo("1000|500500");
            } else {
                assertThat(revert.awaitExit()).as(revert::log).isEqualTo(76);
            }
        }
    }

    /// Each start comes a step further than the one before it, and is killed there.
    @Test
    void an_upgrade_that_is_killed_again_and_again_loses_nothing() {
        try (Cluster cluster = new Cluster(15)) {
            ContainerNode old = cluster.node("db").started().awaitServer();
            fill(old);
            // So that there is a crash to recover from, too.
            old.killed("KILL");
            ContainerNode upgraded =
                    cluster.node("db", "17-upgrade")
                            .withEnv("UPGRADE", "link")
                            .withEnv("LOG_LEVEL", "debug")
                            .after(old);
            upgraded.start();
            killedAt(
                    upgraded,
                    "Now: start the server of PostgreSQL 15",
                    "Now: open the staging directory",
                    "Now: initdb with superuser admin",
                    "Now: ask pg_upgrade --check",
                    "pg_upgrade: Restoring database schemas");
            assertThat(upgraded.killed("KILL")).isEqualTo(137);

            // The old image goes on with the old cluster, as if nothing had been.
            old.startedAgain().awaitServer();
            old.sql("UPDATE t SET text = 'later' WHERE i = 1");
            assertThat(old.stopped()).as(old::log).isZero();

            upgraded.startedAgain();
            killedAt(
                    upgraded,
                    "pg_upgrade: Linking user relation files",
                    "Now: update the extensions",
                    "Now: move the cluster of PostgreSQL 15 aside");
            assertWhole(upgraded.awaitServer(), 17);
            assertThat(upgraded.sql("SELECT text FROM t WHERE i = 1")).isEqualTo("later");
            assertThat(upgraded.stopped()).as(upgraded::log).isZero();
        }
    }

    /// A fast machine may be past the step, and serve, before the kill arrives.
    private static void killedAt(ContainerNode upgraded, String... steps) {
        for (String step : steps) {
            Eventually.happens(
                    step, upgraded::log, () -> upgraded.log().contains(step) || serves(upgraded));
            if (serves(upgraded)) {
                return;
            }
            upgraded.killed("KILL");
            upgraded.startedAgain();
        }
    }

    private static boolean serves(ContainerNode upgraded) {
        return upgraded.log().contains("listening on IPv4 address");
    }

    @Test
    void what_cannot_be_upgraded_is_said_with_its_reason_and_stays_as_it_is() {
        try (Cluster cluster = new Cluster(15)) {
            ContainerNode old =
                    cluster.node("db")
                            .withEnv("POSTGRES_CONF_max_prepared_transactions", "5")
                            .started()
                            .awaitServer();
            old.sql("CREATE TABLE t AS SELECT 1 AS row");
            old.sql("BEGIN; INSERT INTO t VALUES (2); PREPARE TRANSACTION 'open'");
            assertThat(old.stopped()).as(old::log).isZero();

            ContainerNode plain =
                    cluster.node("db", 17).withEnv("UPGRADE", "copy").after(old).started();
            assertThat(plain.awaitExit()).as(plain::log).isEqualTo(78);
            assertThat(plain.log()).contains("this image has no programs of PostgreSQL 15");

            ContainerNode upgraded =
                    cluster.node("db", "17-upgrade").withEnv("UPGRADE", "copy").after(old);
            assertThat(upgraded.started().awaitExit()).as(upgraded::log).isEqualTo(65);
            assertThat(upgraded.log()).contains("it has 1 prepared transactions");

            old.startedAgain().awaitServer();
            old.sql("COMMIT PREPARED 'open'");
            // PostgreSQL 17 has it no more.
            old.sql("CREATE EXTENSION adminpack");
            assertThat(old.stopped()).as(old::log).isZero();
            upgraded.startedAgain();
            assertThat(upgraded.awaitExit()).as(upgraded::log).isEqualTo(78);
            assertThat(upgraded.log()).contains("the extension adminpack 2.1 of the database");

            old.startedAgain().awaitServer();
            old.sql("DROP EXTENSION adminpack");
            // pg_upgrade finds this one, and writes the reason to a file.
            old.sql("CREATE TABLE r (c regproc)");
            assertThat(old.stopped()).as(old::log).isZero();
            upgraded.startedAgain();
            assertThat(upgraded.awaitExit()).as(upgraded::log).isEqualTo(65);
            assertThat(upgraded.log())
                    .contains("cannot upgrade " + DATA, "tables_using_reg.txt", "r.c");

            old.startedAgain().awaitServer();
            old.sql("DROP TABLE r");
            assertThat(old.stopped()).as(old::log).isZero();
            upgraded.startedAgain().awaitServer();
            assertThat(upgraded.sql("SELECT count(*) FROM t")).isEqualTo("2");
        }
    }

    @Test
    void replicas_clone_the_upgraded_primary() {
        try (Cluster cluster = new Cluster(15)) {
            ContainerNode primary = cluster.primary("primary").started().awaitServer();
            primary.sql("CREATE TABLE t AS SELECT 1 AS row");
            ContainerNode replica =
                    cluster.replica("replica", "primary").started().awaitStreaming();
            replica.awaitSql("SELECT count(*) FROM t", "1");
            assertThat(replica.stopped()).as(replica::log).isZero();
            assertThat(primary.stopped()).as(primary::log).isZero();

            ContainerNode upgraded =
                    Cluster.replicating(cluster.node("primary", "17-upgrade"))
                            .withEnv("REPLICATION_ROLE", "primary")
                            .withEnv("UPGRADE", "link")
                            .after(primary)
                            .started()
                            .awaitServer();
            ContainerNode refused =
                    Cluster.replicating(cluster.node("replica", "17-upgrade"))
                            .withEnv("REPLICATION_ROLE", "replica")
                            .withEnv("PRIMARY_HOST", "primary")
                            .withEnv("UPGRADE", "link")
                            .after(replica)
                            .started();
            assertThat(refused.awaitExit()).as(refused::log).isEqualTo(65);
            assertThat(refused.log()).contains("pg_upgrade upgrades primaries only");

            ContainerNode anew =
                    Cluster.replicating(cluster.node("anew", 17))
                            .withEnv("REPLICATION_ROLE", "replica")
                            .withEnv("PRIMARY_HOST", "primary")
                            .started()
                            .awaitStreaming();
            upgraded.sql("INSERT INTO t VALUES (2)");
            anew.awaitSql("SELECT count(*) FROM t", "2");
        }
    }
}
