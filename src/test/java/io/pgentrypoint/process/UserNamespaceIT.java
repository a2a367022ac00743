package io.pgentrypoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.kit.Jar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the kernel makes of us when an ordinary user starts us in a user namespace of a single id:
/// the least that a rootless engine can give.
class UserNamespaceIT {

    private static final String NOBODY = "65534";

    private Path home;

    @BeforeEach
    void make() throws IOException {
        ProbeRun.requireRoot();
        home = Files.createTempDirectory("userns");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path jar = home.resolve("entrypoint.jar");
        Files.copy(Jar.path(), jar, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
        Files.createDirectory(home.resolve("volume"));
        Files.setAttribute(home.resolve("volume"), "unix:uid", Integer.parseInt(NOBODY));
    }

    @AfterEach
    void remove() throws IOException {
        run(List.of("rm", "-rf", home.toString()));
    }

    private record Ended(int code, String said) {}

    /// @param maps options of unshare(1)
    private Ended init(String... maps) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        argv.addAll(List.of("unshare", "--user"));
        argv.addAll(List.of(maps));
        argv.addAll(Jar.javaOf(home.resolve("entrypoint.jar")));
        argv.add("init");
        return run(argv);
    }

    private Ended run(List<String> argv) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.directory(Path.of("/").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment()
                .putAll(
                        Map.of(
                                "POSTGRES_CONF_unix_socket_directories",
                                home + "/volume",
                                "POSTGRES_PASSWORD",
                                "x",
                                "PGDATA",
                                home.resolve("volume/data").toString()));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Ended(process.waitFor(), said);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_root_who_can_become_nobody_else_is_refused_before_anything_is_done() throws IOException {
        int uid = Identity.account("postgres").orElseThrow().uid();
        Ended ended = init("--map-root-user");
        assertThat(ended.code()).as(ended.said()).isEqualTo(73);
        assertThat(ended.said())
                .contains("cannot become user postgres: uid " + uid + " or gid ")
                .contains("means nobody in this user namespace")
                .contains("/etc/subuid")
                .contains("keep-id:uid=" + uid);
        assertThat(home.resolve("volume")).isEmptyDirectory();
    }

    @Test
    void a_user_namespace_of_the_servers_user_alone_is_enough() throws IOException {
        int uid = Identity.account("postgres").orElseThrow().uid();
        Ended ended = init("--map-user=" + uid, "--map-group=" + uid);
        assertThat(ended.code()).as(ended.said()).isZero();
        Path made = home.resolve("volume/data/PG_VERSION");
        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(Integer.parseInt(NOBODY));
    }

    /// What the volume's owner is outside, in here is nobody.
    @Test
    void a_volume_of_somebody_from_outside_is_named_with_the_hosts_id() throws IOException {
        Path data = Files.createDirectory(home.resolve("volume/data"));
        int uid = Identity.account("postgres").orElseThrow().uid();
        Ended ended = init("--map-user=" + uid, "--map-group=" + uid);
        assertThat(Files.getAttribute(data, "unix:uid")).isEqualTo(0);
        assertThat(ended.code()).as(ended.said()).isEqualTo(73);
        assertThat(ended.said())
                .contains("cannot write as uid " + uid)
                .contains("chown " + NOBODY + ":");
    }
}
