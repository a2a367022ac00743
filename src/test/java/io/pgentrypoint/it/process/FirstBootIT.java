package io.pgentrypoint.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pgentrypoint.kit.Pair;
import io.pgentrypoint.kit.ProcFile;
import io.pgentrypoint.kit.ProcessNode;
import io.pgentrypoint.kit.Run;
import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// From empty volumes to streaming, and what a second start finds.
class FirstBootIT {

    private static final String READY = "PostgreSQL init process complete; ready for start up.";
    private static final String SKIPPED =
            "PostgreSQL Database directory appears to contain a database; Skipping initialization";
    private static final String STREAMS = "started streaming WAL from primary";

    @Test
    void a_replica_of_an_empty_volume_streams_from_a_primary_of_an_empty_volume()
            throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run second = replica.start();
            second.await("Waiting for the primary", 60);
            Run first = primary.serve();
            second.await(STREAMS, 60);
            primary.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
            String position = primary.ask("SELECT pg_current_wal_lsn()");
            awaitReplayed(replica, position);
            assertThat(replica.ask("SELECT count(*) FROM t")).isEqualTo("1000");
            assertThat(replica.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(primary.ask("SELECT application_name FROM pg_stat_replication"))
                    .isEqualTo("replica");

            assertRunsAsOwner(primary, first);
            Pair.awaitStatus(primary, said -> said.contains("replica"));
            assertStatus(primary, "primary", 1);
            assertStatus(replica, "replica", 0);
            assertSecretIsNowhere(primary, first);
            assertSecretIsNowhere(replica, second);

            assertThat(second.stop()).extracting(Run.Ended::code).isEqualTo(0);
            assertThat(first.stop()).extracting(Run.Ended::code).isEqualTo(0);
            assertThat(first.said())
                    .contains(
                            READY,
                            "ready: primary on port %d, timeline 1, ".formatted(primary.port))
                    .doesNotContain(SKIPPED);
            assertThat(second.said()).contains("ready: replica of ");
        }
    }

    /// No clock decides: the standby answers when it is there.
    private static void awaitReplayed(ProcessNode replica, String position) {
        Pair.await(replica, "SELECT pg_last_wal_replay_lsn() >= '" + position + "'", "t");
    }

    /// Root has stepped down for good: real, effective, saved and file system uid.
    private static void assertRunsAsOwner(ProcessNode node, Run run) throws IOException {
        Object owner = Files.getAttribute(node.data, "unix:uid");
        assertThat(owner).isNotEqualTo(0);
        assertThat(ProcFile.text(run.pid(), "status"))
                .containsPattern("\nUid:" + ("\t" + owner).repeat(4) + "\n");
    }

    private static void assertStatus(ProcessNode node, String role, int standbys) {
        Run.Ended answer = node.call("status", "--format", "json");
        assertThat(answer.code()).as(answer.stderr()).isZero();
        JsonObject status = JsonParser.parseString(answer.stdout()).getAsJsonObject();
        assertThat(status.get("role").getAsString()).isEqualTo(role);
        assertThat(status.get("timeline").getAsInt()).isEqualTo(1);
        assertThat(status.getAsJsonArray("standbys").size()).isEqualTo(standbys);
        assertThat(node.call("healthcheck").code()).isZero();
    }

    /// Not in what the children of PID 1 were given, not in what was said, and in no file that
    /// others can read.
    private static void assertSecretIsNowhere(ProcessNode node, Run run) throws IOException {
        List<Long> children = new ArrayList<>(run.family());
        children.remove(run.pid());
        assertThat(children).isNotEmpty();
        for (long child : children) {
            assertThat(ProcFile.text(child, "cmdline"))
                    .doesNotContain(ProcessNode.PASSWORD, "PASSWORD");
            assertThat(ProcFile.text(child, "environ"))
                    .doesNotContain(ProcessNode.PASSWORD, "PASSWORD");
        }
        assertThat(ProcFile.text(run.pid(), "cmdline")).doesNotContain(ProcessNode.PASSWORD);
        assertThat(run.said()).doesNotContain(ProcessNode.PASSWORD, "SCRAM-SHA-256$");
        try (Stream<Path> files = Files.walk(node.home)) {
            for (Path file : files.filter(each -> isOpenToOthers(node, each)).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("w:o$r#d", "w\\:o$r");
            }
        }
    }

    private static boolean isOpenToOthers(ProcessNode node, Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && !file.startsWith(node.data.resolve("pg_wal"))
                    && Files.getPosixFilePermissions(file)
                            .contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException e) {
            // The server has removed it.
            return false;
        }
    }

    @Test
    void an_ordinary_user_stays_who_it_is() throws IOException {
        try (ProcessNode node = ProcessNode.standalone().asOrdinaryUser()) {
            Run run = node.serve();
            assertRunsAsOwner(node, run);
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void preparing_twice_prepares_once_and_changes_nothing() throws IOException {
        try (ProcessNode node = ProcessNode.primary().with("POSTGRES_DB", "app db")) {
            assertThat(node.call("init")).extracting(Run.Ended::code).isEqualTo(0);
            Map<String, String> before = node.filesOfCluster();
            Run.Ended second = node.call("init");
            assertThat(second.code()).isZero();
            assertThat(second.stderr()).contains("nothing, everything is as it should be");
            assertThat(node.filesOfCluster()).isEqualTo(before);

            Run run = node.serve();
            assertThat(node.ask("SELECT count(*) FROM pg_database WHERE datname = 'app db'"))
                    .isEqualTo("1");
            assertThat(run.stop().code()).isZero();
            assertThat(run.said()).contains(SKIPPED).doesNotContain(READY);
        }
    }

    @Test
    void a_prepared_replica_is_left_alone_whether_its_primary_is_up_or_down() throws IOException {
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Run first = primary.serve();
            assertThat(replica.call("init")).extracting(Run.Ended::code).isEqualTo(0);
            Map<String, String> before = replica.filesOfCluster();
            assertThat(replica.call("init").code()).isZero();
            assertThat(replica.filesOfCluster()).isEqualTo(before);
            assertThat(first.stop().code()).isZero();
            assertThat(replica.call("init").code()).isZero();
            assertThat(replica.filesOfCluster()).isEqualTo(before);

            Run alone = replica.serve();
            assertThat(replica.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(replica.call("healthcheck").code()).isEqualTo(1);
            Run again = primary.serve();
            alone.await(STREAMS, 60);
            assertThat(alone.stop().code()).isZero();
            assertThat(again.stop().code()).isZero();
        }
    }

    @Test
    void the_plan_that_is_printed_before_is_the_one_that_is_logged() throws IOException {
        try (ProcessNode node = ProcessNode.primary()) {
            Run.Ended plan = node.call("plan");
            assertThat(plan.code()).isZero();
            assertThat(node.data).doesNotExist();
            Run.Ended init = node.call("init");
            assertThat(init.code()).isZero();
            // How much room there is counts for a person only, who asks for the plan.
            assertThat(plan.stdout()).contains("room: ");
            assertThat(
                            init.stderr()
                                    .lines()
                                    .map(line ->
                                            line.replaceFirst(
                                                    "^.*?\\[entrypoint] (INFO|WARN)  ", "")))
                    .containsSubsequence(
                            // In the log the level says it.
                            plan.stdout()
                                    .replaceAll("(?m)^warning: ", "")
                                    .lines()
                                    .filter(line -> !line.startsWith("room: "))
                                    .toList());
        }
    }

    /// A new volume of an engine's belongs to root.
    @Test
    void a_tablespace_whose_place_is_somebody_elses_is_refused_before_anything_is_built()
            throws IOException {
        ProcessNode.requireRoot();
        try (ProcessNode primary = ProcessNode.primary();
                ProcessNode replica = ProcessNode.replicaOf(primary.port)) {
            Path place = primary.ownDirectory("tablespace");
            Run serving = primary.serve();
            primary.sql("CREATE TABLESPACE other LOCATION '" + place + "'");
            replica.seeing(Files.createDirectory(replica.home.resolve("roots")), place);
            Run.Ended refused = replica.call("run");
            assertThat(refused.code()).isEqualTo(73);
            assertThat(refused.stderr())
                    .contains("cannot clone a tablespace to " + place + " as uid ")
                    .contains("it belongs to uid 0, gid 0, mode 07")
                    .contains("chown it to ");
            assertThat(new Layout(replica.data).journal()).doesNotExist();
            assertThat(serving.stop().code()).isZero();
        }
    }
}
