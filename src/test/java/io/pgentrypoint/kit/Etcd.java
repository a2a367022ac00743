package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A real etcd of one member.
public final class Etcd implements AutoCloseable {

    public final int port;
    private final int peerPort;
    private final Path home;
    private Run run;

    private Etcd() throws IOException {
        assertThat(Path.of("/usr/bin/etcd")).as("make test installs it").exists();
        port = RealCluster.freePort();
        peerPort = RealCluster.freePort();
        home = Files.createTempDirectory("etcd");
        run = launch();
    }

    public static Etcd start() throws IOException {
        Etcd etcd = new Etcd();
        etcd.awaitAnswer();
        return etcd;
    }

    private Run launch() {
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + peerPort;
        return Run.start(
                List.of(
                        "/usr/bin/etcd",
                        "--name=e",
                        "--data-dir=" + home,
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=e=" + peer),
                Map.of("PATH", "/usr/bin:/bin"));
    }

    public void stop() {
        run.kill();
    }

    public void startAgain() {
        run = launch();
        awaitAnswer();
    }

    private void awaitAnswer() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!answers()) {
            assertThat(run.alive() && System.nanoTime() < end).as(run.said()).isTrue();
            run.leave(Duration.ofMillis(50));
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + port + "/health")
                                    .toURL()
                                    .openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        run.kill();
        RealCluster.execute(List.of("rm", "-rf", home.toString()));
    }
}
