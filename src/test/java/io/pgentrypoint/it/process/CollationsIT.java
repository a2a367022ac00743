package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Versions of collations that are no longer those of this machine: written over, since no test has
/// two C libraries.
class CollationsIT {

    @Test
    void what_was_built_with_another_version_is_named_with_the_statements_that_heal_it()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            boolean remembers = major() >= 15;
            if (remembers) {
                node.with(
                        "POSTGRES_INITDB_ARGS",
                        "--encoding=UTF8 --no-locale --locale-provider=icu --icu-locale=en");
            }
            Run run = node.serve();
            node.sql("CREATE COLLATION german (provider = icu, locale = 'de')");
            node.sql("CREATE COLLATION unused (provider = icu, locale = 'fr')");
            node.sql("CREATE TABLE t (name text COLLATE german)");
            node.sql(
                    "UPDATE pg_collation SET collversion = '1.0'"
                            + " WHERE collname IN ('german', 'unused')");
            if (remembers) {
                node.sql(
                        "UPDATE pg_database SET datcollversion = '1.1' WHERE datname = 'template1'");
            }
            assertThat(run.stop().code()).isZero();

            run = node.serve();
            run.await("Collation public.german in database \"postgres\" has version 1.0", 30);
            assertThat(run.said())
                    .contains(
                            "REINDEX DATABASE \"postgres\"; ALTER COLLATION public.german REFRESH"
                                    + " VERSION;")
                    .doesNotContain("public.unused");
            if (remembers) {
                assertThat(run.said())
                        .contains("Database \"template1\" was built with version 1.1")
                        .contains("ALTER DATABASE \"template1\" REFRESH COLLATION VERSION;");
            }
            node.sql("ALTER COLLATION german REFRESH VERSION");
            assertThat(run.stop().code()).isZero();
        }
    }

    /// 13 and 14 remember nothing of a database: what the volume remembers must do.
    @Test
    void the_c_library_is_remembered_on_the_volume() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run run = node.serve();
            Path file = new Layout(node.data).libc();
            // Where the machine has no locale but C there is no version to remember.
            String version =
                    node.ask(
                            "SELECT pg_collation_actual_version(oid) FROM pg_collation WHERE"
                                    + " collprovider = 'c' AND pg_collation_actual_version(oid) IS NOT"
                                    + " NULL LIMIT 1");
            if (!version.equals("no row")) {
                while (run.alive() && !Files.exists(file)) {
                    run.leave(java.time.Duration.ofMillis(20));
                }
                assertThat(file).content().isEqualTo(version + "\n");
            }
            assertThat(run.stop().code()).isZero();
        }
    }

    private static int major() {
        String text =
                RealCluster.execute(
                        List.of(
                                RealCluster.programs().resolve("postgres").toString(),
                                "--version"));
        Matcher number = Pattern.compile("\\) (\\d+)").matcher(text);
        assertThat(number.find()).as(text).isTrue();
        return Integer.parseInt(number.group(1));
    }
}
