package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassArchiveIT {

    @Test
    void a_jar_that_a_test_starts_takes_its_classes_from_the_archive() {
        List<String> argv = new ArrayList<>(Jar.java("-Xlog:class+load:stderr"));
        argv.add("variables");
        List<String> own =
                RealCluster.execute(argv)
                        .lines()
                        .filter(line -> line.contains(" io.pgentrypoint."))
                        .filter(line -> line.contains(" source: "))
                        .toList();
        // The few others extend classes of picocli, which are too old for an archive.
        assertThat(own).hasSizeGreaterThan(50);
        assertThat(own.stream().filter(line -> line.endsWith(" source: shared objects file")))
                .as(String.join("\n", own))
                .hasSizeGreaterThan(own.size() * 9 / 10);
    }
}
