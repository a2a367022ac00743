package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/// `doctor` of the real jar: beside a node that runs, and where a start is refused.
class DoctorIT {

    @Test
    void beside_a_node_that_runs_nothing_fails_and_the_archive_holds_no_password()
            throws IOException {
        try (ProcessNode node = ProcessNode.primary()) {
            Run run = node.made().serve();
            Path archive = node.ownDirectory("reports").resolve("report.zip");
            Run.Ended doctor =
                    node.with("PATRONI_SUPERUSER_PASSWORD", "cAnAry-7f3e91")
                            .call("doctor", "--bundle", archive.toString());
            assertThat(doctor.code()).as(doctor.stdout() + doctor.stderr()).isZero();
            assertThat(doctor.stdout())
                    .contains("ok          settings", "ok          node         healthy, running")
                    .contains("ok          slots", "not checked backups")
                    .doesNotContain("fail ", "\u001b");
            String all = texts(archive);
            assertThat(all)
                    .contains("PGDATA=" + node.data, "\"healthy\":true", "pg-entrypoint ")
                    .contains("PATRONI_SUPERUSER_PASSWORD=(not shown)")
                    .doesNotContain("cAnAry", ProcessNode.PASSWORD);
            assertThat(run.stop().code()).isZero();
        }
    }

    private static String texts(Path archive) throws IOException {
        StringBuilder all = new StringBuilder();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                try (InputStream in = zip.getInputStream(entries.nextElement())) {
                    all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return all.toString();
    }
}
