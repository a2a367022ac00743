package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A restart loads what it needs before the server runs, and the rest while it starts.
class RestartClassesIT {

    /// What this program makes of the server that it has just started.
    private static final String STARTED = "io.pgentrypoint.supervise.Served";

    /// Without the class archive, which loads what is in it before the first instruction.
    @Test
    void a_restart_with_nothing_to_do_loads_no_driver_no_parser_no_locale_and_no_command_model()
            throws IOException {
        try (ProcessNode node = ProcessNode.primary().with("TZ", "UTC").made()) {
            assertThat(node.serve().stop().code()).isZero();
            Path classes = node.home.resolve("classes");
            node.option("-Xshare:off", "-Xlog:class+load:file=" + classes);
            Run run = node.serve();
            List<String> before =
                    Files.readAllLines(classes).stream()
                            .filter(line -> line.contains("[class,load"))
                            .map(line -> line.replaceFirst("^.*\\] (\\S+) .*$", "$1"))
                            .takeWhile(name -> !name.equals(STARTED))
                            .toList();
            assertThat(run.stop().code()).isZero();
            assertThat(before)
                    .hasSizeGreaterThan(1000)
                    .contains("io.pgentrypoint.run.Start")
                    .noneMatch(name ->
                            name.matches(
                                    "(picocli|org\\.postgresql|com\\.google\\.gson|org\\.yaml|java\\.net\\.http)\\..*"
                                            + "|.*\\.ZoneInfoFile|.*\\.TzdbZoneRulesProvider"
                                            + "|sun\\.util\\.locale\\.provider\\..*"));
        }
    }

    @Test
    void a_command_that_logs_nothing_sets_up_no_log() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path classes = node.home.resolve("classes");
            node.option("-Xshare:off", "-Xlog:class+load:file=" + classes);
            assertThat(node.call("variables").code()).isZero();
            assertThat(Files.readAllLines(classes))
                    .anyMatch(line -> line.contains(" picocli.CommandLine "))
                    .noneMatch(line -> line.contains(" ch.qos.logback.classic.LoggerContext "));
        }
    }
}
