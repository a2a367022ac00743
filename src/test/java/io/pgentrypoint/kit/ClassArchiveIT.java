package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ClassArchiveIT {

    private static List<String> loadedByPlan() throws IOException {
        try (ProcessNode node = ProcessNode.standalone()) {
            Run.Ended ended = node.option("-Xlog:class+load:stdout").call("plan");
            assertThat(ended.code()).as(ended.stderr()).isZero();
            return ended.stdout()
                    .lines()
                    .filter(line -> line.contains(" io.pgentrypoint."))
                    .filter(line -> line.contains(" source: "))
                    // The classes of a switch by type: no archive that is made from a list has
                    // them.
                    .filter(line -> !line.contains("$$TypeSwitch"))
                    .toList();
        }
    }

    private static void assertArchived(List<String> loaded) {
        assertThat(loaded).hasSizeGreaterThan(50);
        assertThat(loaded.stream().filter(line -> line.endsWith(" source: shared objects file")))
                .as(String.join("\n", loaded))
                .hasSizeGreaterThan(loaded.size() * 9 / 10);
    }

    @Test
    void a_jar_that_a_test_starts_takes_its_classes_and_its_lambdas_from_the_archive()
            throws IOException {
        List<String> loaded = loadedByPlan();
        Predicate<String> lambda = line -> line.contains("$$Lambda");
        assertArchived(loaded.stream().filter(lambda.negate()).toList());
        assertArchived(loaded.stream().filter(lambda).toList());
    }

    /// The list of classes has a line for each place with a lambda, and two of them may be alike.
    @Test
    void a_lambda_comes_from_the_archive_also_where_a_class_has_the_same_one_twice()
            throws IOException {
        assertThat(loadedByPlan())
                .filteredOn(line -> line.contains(".settings.ClusterVariables$$Lambda"))
                .hasSizeGreaterThan(20)
                .allMatch(line -> line.endsWith(" source: shared objects file"));
    }
}
