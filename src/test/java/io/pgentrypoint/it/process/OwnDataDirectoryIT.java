package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A server that would run on another directory than PGDATA would have neither the lock nor the
/// plan: it is not started.
class OwnDataDirectoryIT {

    private static Path file(ProcessNode node, String name, String line) throws IOException {
        return Files.writeString(node.home.resolve(name), line + "\n");
    }

    private static void assertRefused(ProcessNode node, Path other, String... arguments)
            throws IOException {
        for (String command : List.of("run", "plan")) {
            String[] argv = new String[arguments.length + 2];
            argv[0] = command;
            argv[1] = "--";
            System.arraycopy(arguments, 0, argv, 2, arguments.length);
            Run.Ended ended = node.call(argv);
            assertThat(ended.code()).as(ended.stdout() + ended.stderr()).isEqualTo(78);
            assertThat(ended.stdout() + ended.stderr())
                    .contains(other.toString())
                    .contains("set PGDATA")
                    .doesNotContain("%s");
        }
        assertThat(other.resolve("PG_VERSION")).doesNotExist();
    }

    @Test
    void an_argument_that_names_another_data_directory_is_refused_before_initdb()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Path other = node.ownDirectory("d2");
            for (List<String> arguments :
                    List.of(
                            List.of("-c", "data_directory=" + other),
                            List.of("--data_directory=" + other),
                            List.of("--data-directory=" + other))) {
                assertRefused(node, other, arguments.toArray(String[]::new));
            }
            assertThat(node.data).doesNotExist();
        }
    }

    @Test
    void a_configuration_file_that_names_another_data_directory_is_refused_before_initdb()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone().onOpenVolume()) {
            Path other = node.ownDirectory("d2");
            Path own = file(node, "own.conf", "data_directory '" + other + "'");
            assertRefused(node, other, "-c", "config_file=" + own);
            Path including = file(node, "outer.conf", "include '" + own + "'");
            assertRefused(node, other, "-c", "config_file=" + including);
            assertThat(node.data.resolve("PG_VERSION")).doesNotExist();
        }
    }

    @Test
    void a_directory_of_configuration_that_is_not_pgdata_must_name_it() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().onOpenVolume()) {
            Path conf = node.ownDirectory("conf");
            Path file = Files.writeString(conf.resolve("postgresql.conf"), "work_mem = '6MB'\n");
            Files.writeString(conf.resolve("pg_hba.conf"), "local all all trust\n");
            Files.writeString(conf.resolve("pg_ident.conf"), "");
            assertRefused(node, conf, "-D", conf.toString());
            assertThat(node.data.resolve("PG_VERSION")).doesNotExist();

            Files.writeString(
                    file, "data_directory = '" + node.data + "'\n", StandardOpenOption.APPEND);
            Run run = node.serve("-D", conf.toString());
            assertThat(node.ask("SHOW work_mem")).isEqualTo("6MB");
            assertThat(node.ask("SHOW data_directory")).isEqualTo(node.data.toString());
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_postgresql_conf_that_leads_elsewhere_is_refused_and_one_that_leads_here_is_not()
            throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            node.made();
            Path other = node.ownDirectory("d2");
            Path conf = node.data.resolve("postgresql.conf");
            String before = Files.readString(conf);
            Path link = Files.createSymbolicLink(node.home.resolve("link"), node.data);

            Files.writeString(conf, before + "data_directory = '" + other + "'\n");
            assertRefused(node, other);
            Path own = file(node, "own.conf", "data_directory = '" + other + "'");
            Files.writeString(conf, before + "include_if_exists = '" + own + "'\n");
            assertRefused(node, other);

            Files.writeString(conf, before + "data_directory = '" + link + "'\n");
            Run run = node.serve();
            assertThat(node.ask("SELECT 1")).isEqualTo("1");
            assertThat(run.stop().code()).isZero();
        }
    }
}
