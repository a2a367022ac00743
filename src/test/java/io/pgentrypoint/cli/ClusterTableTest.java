package io.pgentrypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.connect.HostPort;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.observe.upstream.Upstream;
import io.pgentrypoint.observe.upstream.Upstream.Reason;
import io.pgentrypoint.observe.upstream.WaitingNode;
import io.pgentrypoint.observe.wal.Lsn;
import io.pgentrypoint.observe.wal.TimelineHistory;
import io.pgentrypoint.observe.wal.UpstreamTimelines;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.mode.Credentials;
import io.pgentrypoint.settings.mode.SslMode;
import io.pgentrypoint.settings.mode.Tls;
import io.pgentrypoint.settings.mode.UpstreamServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterTableTest {

    private static final HostPort DB1 = new HostPort("db1", 5432);
    private static final HostPort DB2 = new HostPort("db2", 5432);
    private static final HostPort DB3 = new HostPort("db3.db.svc", 5432);
    private static final List<HostPort> ALL = List.of(DB1, DB2, DB3);

    private static final String PRIMARY =
            """
            {"phase":"running","healthy":true,"role":"primary","timeline":2,"wal":"0/3000100",
             "standbys":[{"name":"db2","state":"streaming","sync":"async","lagBytes":0,"lagSeconds":0.0002}],
             "disconnected":[{"name":"db3","since":"2026-01-01T00:00:00Z","replayed":"0/2000060"},
                             {"name":"left_over","slot":"left_over"}]}
            """;

    private static final String REPLICA =
            """
            {"phase":"running","healthy":true,"role":"replica","timeline":2,"wal":"0/3000100",
             "receiver":"%s","lagBytes":0,"lagSeconds":0.0}
            """;

    private static UpstreamServer server(HostPort address) {
        return new UpstreamServer(
                address,
                new Credentials("replicator", new Secret("secret")),
                new Tls(SslMode.PREFER, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static Peer answering(HostPort address, boolean primary, long position) {
        return new Peer.Answering(
                server(address),
                new Upstream.Answered(
                        "7", 2, new Lsn(position).toString(), 17, "replica", Map.of()),
                new UpstreamTimelines(
                        "7", new TimelineHistory(List.of(), 2), new Lsn(position), !primary),
                Optional.empty(),
                Optional.empty());
    }

    private static Peer silent(HostPort address) {
        return new Peer.Silent(
                server(address), new Upstream.Unusable(Reason.REFUSED, "connection refused"));
    }

    private static List<String> lines(HostPort here, String status, Peer... peers) {
        return ClusterCommand.lines(
                ClusterTable.of(
                        ALL,
                        here,
                        Optional.of(status).filter(text -> !text.isEmpty()),
                        List.of(peers)));
    }

    @Test
    void a_primary_shows_what_streams_and_what_is_missing_since_when() {
        assertThat(lines(DB1, PRIMARY, answering(DB2, false, 0x3000100), silent(DB3)))
                .containsExactly(
                        "NODE        ROLE     STATE      TIMELINE  LAG          POSITION",
                        "db1 *       primary  running    2         -            0/3000100",
                        "db2         replica  streaming  2         0 B, 0.2 ms  0/3000100",
                        "db3.db.svc  replica  missing    -         -            0/2000060",
                        "",
                        "db3.db.svc does not answer (it last streamed at 2026-01-01T00:00:00Z): start"
                                + " it, or look at its log and the network");
    }

    @Test
    void a_replica_shows_how_far_the_others_are_behind_the_primary() {
        assertThat(
                        lines(
                                DB2,
                                REPLICA.formatted("streaming"),
                                answering(DB1, true, 0x3000900),
                                answering(DB3, false, 0x3000100)))
                .containsExactly(
                        "NODE        ROLE     STATE      TIMELINE  LAG          POSITION",
                        "db1         primary  running    2         -            0/3000900",
                        "db2 *       replica  streaming  2         0 B, 0.0 ms  0/3000100",
                        "db3.db.svc  replica  answering  2         2.0 kB       0/3000100");
    }

    @Test
    void a_primary_says_that_a_replica_does_not_stream_only_if_it_can_tell_its_standbys_apart() {
        Peer second = answering(DB2, false, 0x3000100);
        Peer third = answering(DB3, false, 0x3000100);
        assertThat(lines(DB1, PRIMARY, second, third))
                .anyMatch(line -> line.startsWith("db3.db.svc  replica  not streaming"));
        assertThat(lines(DB1, PRIMARY.replace("\"db2\"", "\"a host name\""), second, third))
                .anyMatch(line -> line.startsWith("db2         replica  answering"))
                .anyMatch(line -> line.startsWith("db3.db.svc  replica  answering"));
    }

    @Test
    void a_node_that_waits_or_does_not_stream_is_named_with_what_to_do() {
        WaitingNode held =
                new WaitingNode("0a0b0c0d", Optional.of(new WaitingNode.Cluster(true, "7", 2)));
        assertThat(
                        lines(
                                DB2,
                                REPLICA.formatted("none"),
                                new Peer.Waiting(server(DB1), held),
                                new Peer.Waiting(
                                        server(DB3),
                                        new WaitingNode("0a0b0c0d", Optional.empty()))))
                .containsSubsequence(
                        "db1         primary  waiting        2         -            -",
                        "db2 *       replica  not streaming  2         0 B, 0.0 ms  0/3000100",
                        "db3.db.svc  -        waiting        -         -            -",
                        "",
                        "no node takes writes: start the primary, or, where it is lost, run"
                                + " `entrypoint promote` on the replica that is furthest",
                        "db1 waits: its log says for what",
                        "db2 does not stream from the primary: `entrypoint status` there says why");
    }

    @Test
    void two_primaries_are_said_first() {
        assertThat(lines(DB1, PRIMARY, answering(DB2, true, 0x3000100), silent(DB3)))
                .contains(
                        "db1 and db2 take writes at the same time: stop the one whose data is not"
                                + " wanted, and start it again as a replica");
    }

    @Test
    void a_node_whose_entrypoint_does_not_run_is_missing_itself() {
        assertThat(lines(DB1, "", answering(DB2, true, 1), silent(DB3)))
                .contains("no entrypoint runs here: start this node")
                .anyMatch(line -> line.startsWith("db1 *       -        missing"));
    }

    @Test
    void an_answer_that_says_nothing_of_the_node_is_shown_with_its_reason() {
        Peer unclear =
                new Peer.Unclear(server(DB2), new Upstream.Unusable(Reason.WRONG_PASSWORD, ""));
        assertThat(lines(DB1, PRIMARY, unclear, silent(DB3)))
                .anyMatch(line -> line.startsWith("db2         -        unclear"))
                .contains(
                        "db2:5432: it rejects the password of the replication role; give both nodes"
                                + " the same REPLICATION_USER and REPLICATION_PASSWORD");
    }
}
