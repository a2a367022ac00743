package io.pgentrypoint.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Cluster;
import io.pgentrypoint.kit.ContainerNode;
import io.pgentrypoint.kit.ContainerTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Volumes that are not what the environment takes them for: each is left as it was.
@ContainerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsIT {

    private static final String STANDBY = "the volume of the standby";
    private static final String FORMER = "the volume of the former primary";

    @AutoClose private final Cluster cluster = new Cluster();
    private final ContainerNode primary = cluster.primary("primary");
    private final ContainerNode other = cluster.primary("other");
    private final ContainerNode former = cluster.primary("former");
    private final ContainerNode standby = cluster.replica("standby", "primary");

    @BeforeAll
    void start() {
        primary.start();
        other.start();
        former.start();
        standby.started().awaitStreaming();
        assertThat(standby.stopped()).isZero();
        former.awaitServer();
        assertThat(former.stopped()).isZero();
        other.awaitServer();
    }

    /// A volume that was promoted, and an environment that has not heard of it.
    @Test
    void a_standby_that_was_promoted_does_not_start_as_a_replica_again() {
        ContainerNode standby = cluster.replica("standby2", "primary").started().awaitStreaming();
        assertThat(standby.stopped()).isZero();
        ContainerNode detached = cluster.node("node").after(standby).started().awaitServer();
        assertThat(detached.said()).anyMatch(line -> line.startsWith("THIS STANDBY IS PROMOTED"));
        assertThat(detached.sql("SELECT pg_is_in_recovery()")).isEqualTo("f");
        detached.sql("CREATE TABLE own AS SELECT 1 AS row");
        assertThat(detached.stopped()).as(detached::log).isZero();

        refuses(standby::startedAgain, standby, 76, "it was promoted", "");
        assertThat(detached.startedAgain().awaitServer().sql("SELECT count(*) FROM own"))
                .isEqualTo("1");
        assertThat(detached.sql("SELECT timeline_id FROM pg_control_checkpoint()")).isEqualTo("2");
    }

    @Test
    @ResourceLock(FORMER)
    void a_former_primary_waits_for_one_to_follow_and_starts_nothing_without() {
        refuses(
                cluster.replica("node", "nobody").after(former).withEnv("PRIMARY_WAIT", "1s"),
                69,
                "nobody:5432",
                "");
        former.startedAgain().awaitServer();
        assertThat(former.stopped()).isZero();
    }

    @Test
    @ResourceLock(FORMER)
    void a_former_primary_does_not_follow_another_cluster() {
        refuses(
                cluster.replica("node", "other").after(former),
                65,
                "cannot follow other:5432: its system identifier is ",
                "check PRIMARY_HOST, or give this replica an empty volume");
        former.startedAgain().awaitServer();
        assertThat(former.stopped()).isZero();
    }

    @Test
    @ResourceLock(STANDBY)
    void a_replica_does_not_follow_another_cluster() {
        refuses(
                cluster.replica("node", "other").after(standby),
                65,
                "cannot follow other:5432: its system identifier is ",
                "check PRIMARY_HOST, or give this replica an empty volume");
        standby.startedAgain().awaitStreaming();
        assertThat(standby.stopped()).isZero();
    }

    @Test
    void another_major_version_is_not_started() {
        int older = ContainerNode.MAJOR == 15 ? 13 : 15;
        ContainerNode old = cluster.node("old", older).started().awaitServer();
        assertThat(old.stopped()).isZero();
        refuses(
                cluster.primary("node").after(old),
                65,
                ": it holds a cluster of PostgreSQL "
                        + older
                        + ", and this is PostgreSQL "
                        + ContainerNode.MAJOR,
                "run the image of PostgreSQL " + older + "; an image with the programs of both");
        old.startedAgain().awaitServer();
        assertThat(old.stopped()).isZero();
    }

    @Test
    void a_directory_with_foreign_files_is_not_touched() {
        ContainerNode foreign =
                cluster.node("foreign")
                        .program("bash", "-c", "echo mine >$PGDATA/notes.txt")
                        .started();
        assertThat(foreign.awaitExit()).isZero();
        for (ContainerNode node :
                new ContainerNode[] {cluster.primary("node"), cluster.replica("node", "primary")}) {
            refuses(
                    node.after(foreign),
                    65,
                    ": it is not empty and not a PostgreSQL cluster; it holds notes.txt",
                    "mount an empty volume, or set PGDATA to a subdirectory; nothing was touched");
        }
        ContainerNode look =
                cluster.node("look")
                        .after(foreign)
                        .program("bash", "-c", "ls -A $PGDATA; cat $PGDATA/*")
                        .started();
        assertThat(look.awaitExit()).isZero();
        assertThat(look.log()).isEqualTo("notes.txt\nmine\n");
    }

    private static void refuses(ContainerNode node, int code, String cause, String remedy) {
        refuses(node::start, node, code, cause, remedy);
    }

    private static void refuses(
            Runnable start, ContainerNode node, int code, String cause, String remedy) {
        start.run();
        assertThat(node.awaitExit()).as(node::log).isEqualTo(code);
        assertThat(node.said())
                .anyMatch(line -> line.startsWith("cannot ") && line.contains(cause));
        assertThat(node.said()).anyMatch(line -> line.startsWith("→ " + remedy));
        assertThat(node.log()).doesNotContain("starting PostgreSQL");
    }
}
