package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Jar;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.kit.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HEALTHCHECK runs every few seconds, for ever: it loads what it needs.
class HealthcheckClassesIT {

    @TempDir private Path directory;

    @Test
    void a_health_check_loads_few_classes_of_ours_and_links_no_lambda_of_ours() {
        List<String> argv = new ArrayList<>(List.of(Jar.vm(), "-Xlog:class+load:stdout"));
        argv.addAll(List.of("-cp", Jar.path().toString(), "io.pgentrypoint.cli.Healthcheck"));
        Run.Ended ended =
                Run.start(
                                argv,
                                Map.of(
                                        "PGPORT",
                                        String.valueOf(RealCluster.freePort()),
                                        "TMPDIR",
                                        directory.toString()))
                        .end();
        List<String> loaded =
                ended.stdout()
                        .lines()
                        .filter(line -> line.contains("[class,load]"))
                        .map(line -> line.replaceFirst("^.*\\] (\\S+) .*$", "$1"))
                        .toList();
        assertThat(loaded).contains("io.pgentrypoint.cli.Healthcheck");
        assertThat(loaded)
                .noneMatch(name -> name.matches("io\\.pgentrypoint\\..*Lambda.*"))
                .doesNotContain("io.pgentrypoint.settings.Variables");
        assertThat(loaded.stream().filter(name -> !name.matches("(java|javax|jdk|sun)\\..*")))
                .allMatch(name -> name.startsWith("io.pgentrypoint."))
                .hasSizeLessThan(20);
    }
}
