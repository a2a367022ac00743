package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.settings.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is true of every volume on which a start has come to its end, whatever was killed before:
/// PostgreSQL's own tools find nothing, nobody's files were touched, and nothing of ours is left.
public final class Soundness {

    public static final String CHECKSUMS = ProcessNode.INITDB + " --data-checksums";

    private static final String WHAT_CHANGES = "unix:ino,size,lastModifiedTime,mode";
    private static final Set<String> OURS =
            Set.of(
                    "lock",
                    "pgsql_tmp_node",
                    "upstream.pgpass",
                    "libc",
                    "pgsql_tmp_server.crt",
                    "pgsql_tmp_server.key",
                    "pgsql_tmp_clients.crt",
                    "pgsql_tmp_standbys",
                    "pgsql_tmp_old_server",
                    "pgsql_tmp_upgraded");

    private final ProcessNode node;
    private final Map<String, String> strangers = new TreeMap<>();

    private Soundness(ProcessNode node) {
        this.node = node;
    }

    /// Puts files of other people beside the data directory, and into what every file system makes
    /// in it.
    public static Soundness guard(ProcessNode node) throws IOException {
        Files.createDirectories(node.data.resolve("lost+found"));
        node.own("data");
        node.own("data/lost+found");
        Files.writeString(node.data.resolve("lost+found/kept"), "found");
        Files.writeString(node.home.resolve("beside"), "mine");
        node.own("data/lost+found/kept");
        Soundness soundness = new Soundness(node);
        soundness.strangers.putAll(soundness.look());
        return soundness;
    }

    private Map<String, String> look() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String file : List.of("beside", "data/lost+found", "data/lost+found/kept")) {
            Path path = node.home.resolve(file);
            found.put(
                    file,
                    new TreeMap<>(
                                    Files.readAttributes(
                                            path, WHAT_CHANGES, LinkOption.NOFOLLOW_LINKS))
                            .toString());
        }
        return found;
    }

    /// While it serves.
    public void checkRunning() {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--host=" + node.sockets(),
                                "--port=" + node.port,
                                "--username=postgres",
                                "--heapallindexed",
                                "--no-dependent-toast"));
        if (node.ask("SELECT pg_is_in_recovery()").equals("f")) {
            arguments.add("--install-missing");
        }
        arguments.add("postgres");
        assertThat(run(node, "pg_amcheck", arguments)).doesNotContain("could not find", "warning");
    }

    /// Once it has stopped.
    public void checkAtRest() throws IOException {
        assertThat(run(node, "pg_controldata", List.of(node.data.toString())))
                .containsPattern("cluster state: +shut down");
        assertThat(run(node, "pg_checksums", List.of("--check", "--pgdata=" + node.data)))
                .containsPattern("Bad checksums: +0");
        assertThat(look()).as("other people's files").isEqualTo(strangers);
        Layout layout = new Layout(node.data);
        assertThat(names(node.data))
                .as("what is left in the data directory")
                .noneMatch(name ->
                        name.startsWith("pgsql_tmp") && !name.equals(Layout.STATE_DIRECTORY));
        assertThat(names(layout.stateDirectory()))
                .as("what is left in the state directory")
                .allMatch(name -> OURS.contains(name) || name.startsWith("pgsql_tmp_replaced-"));
    }

    /// A clone that no server has run on yet is still what the primary's manifest says, but for the
    /// files that we write.
    public static void verifyBackup(ProcessNode node) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--exit-on-error"));
        for (String ours :
                List.of(
                        Layout.STATE_DIRECTORY,
                        Layout.SETTINGS_FILE,
                        "postgresql.conf",
                        "postgresql.auto.conf",
                        "pg_hba.conf",
                        "standby.signal",
                        "lost+found")) {
            arguments.add("--ignore=" + ours);
        }
        for (String tablespace : names(node.data.resolve("pg_tblspc"))) {
            arguments.add("--ignore=pg_tblspc/" + tablespace + "/beside");
        }
        arguments.add(node.data.toString());
        assertThat(run(node, "pg_verifybackup", arguments))
                .contains("backup successfully verified");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    private static String run(ProcessNode node, String program, List<String> arguments) {
        List<String> argv = new ArrayList<>(node.view());
        argv.addAll(RealCluster.asOrdinaryUser());
        argv.addAll(List.of("env", "LC_ALL=C"));
        argv.add(RealCluster.programs().resolve(program).toString());
        argv.addAll(arguments);
        return RealCluster.execute(argv);
    }
}
