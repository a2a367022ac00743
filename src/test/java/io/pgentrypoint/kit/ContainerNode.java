package io.pgentrypoint.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.VolumesFrom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/// A container of the image. Its start waits for nothing, so that a test can look at everything
/// that follows, an early end included.
public final class ContainerNode extends GenericContainer<ContainerNode> {

    public static final String IMAGE = System.getProperty("entrypoint.image", "pg-entrypoint");
    public static final int MAJOR = Integer.getInteger("entrypoint.major", 17);

    private int logsBefore;

    public ContainerNode(int major) {
        this(String.valueOf(major));
    }

    /// @param tag of the image
    public ContainerNode(String tag) {
        super(DockerImageName.parse(IMAGE + ":" + tag));
        withStartupCheckStrategy(
                new StartupCheckStrategy() {
                    @Override
                    public StartupStatus checkStartupState(DockerClient docker, String id) {
                        return StartupStatus.SUCCESSFUL;
                    }
                });
        // Docker's own question costs a JVM every few seconds; the compose file's test asks it.
        withCreateContainerCmdModifier(
                command -> command.withHealthcheck(new HealthCheck().withTest(List.of("NONE"))));
    }

    /// Also its host name, so REPLICA_NAME too.
    public ContainerNode named(String name) {
        return withCreateContainerCmdModifier(command -> command.withHostName(name));
    }

    /// On the volume of another node, which has ended.
    public ContainerNode after(ContainerNode other) {
        return onHost(host -> host.withVolumesFrom(new VolumesFrom(other.getContainerId())));
    }

    public ContainerNode onHost(Consumer<HostConfig> change) {
        return withCreateContainerCmdModifier(command ->
                change.accept(Optional.ofNullable(command.getHostConfig()).orElseThrow()));
    }

    public ContainerNode user(String user) {
        return withCreateContainerCmdModifier(command -> command.withUser(user));
    }

    public ContainerNode program(String... argv) {
        return withCreateContainerCmdModifier(command -> command.withEntrypoint(argv));
    }

    public ContainerNode started() {
        start();
        return this;
    }

    // ---- what it says

    /// Since it was started the last time.
    public String log() {
        return getLogs().substring(logsBefore);
    }

    public List<String> lines(String part) {
        return log().lines().filter(line -> line.contains(part)).toList();
    }

    /// Our own lines, without time and level.
    public List<String> said() {
        return lines("[entrypoint] ").stream()
                .map(line -> line.replaceFirst(".*?\\[entrypoint\\] \\w+ +", ""))
                .toList();
    }

    public ContainerNode awaitLog(String part) {
        Eventually.happens(
                "'" + part + "' in its log",
                this::log,
                () -> {
                    boolean running = isRunning();
                    return log().contains(part) || goesOn(running, part);
                });
        return this;
    }

    /// What has ended will not do it any more.
    private boolean goesOn(boolean running, String awaited) {
        if (!running) {
            throw new AssertionError("ended before " + awaited + ":\n" + log());
        }
        return false;
    }

    // ---- its life

    public InspectContainerResponse.ContainerState state() {
        return getCurrentContainerInfo().getState();
    }

    public int awaitExit() {
        Eventually.happens("its end", this::log, () -> !isRunning());
        return Optional.ofNullable(state().getExitCodeLong()).orElseThrow().intValue();
    }

    /// As `docker stop`; returns the exit code.
    public int stopped() {
        getDockerClient().stopContainerCmd(getContainerId()).withTimeout(60).exec();
        return awaitExit();
    }

    public int killed(String signal) {
        getDockerClient().killContainerCmd(getContainerId()).withSignal(signal).exec();
        return awaitExit();
    }

    /// As `docker start` of a container that has ended.
    public ContainerNode startedAgain() {
        logsBefore = getLogs().length();
        getDockerClient().startContainerCmd(getContainerId()).exec();
        return this;
    }

    // ---- its server

    /// The bootstrap server of a first boot gets ready too, but it listens nowhere.
    public ContainerNode awaitServer() {
        // A server for scripts has the same socket, and no TCP.
        return awaitLog("listening on IPv4 address").awaitSql("SELECT 1", "1");
    }

    public Run exec(String... argv) {
        return exec(ExecConfig.builder().command(argv).build());
    }

    public Run execWith(Map<String, String> environment, String... argv) {
        return exec(ExecConfig.builder().envVars(environment).command(argv).build());
    }

    public Run execAs(String user, String... argv) {
        return exec(ExecConfig.builder().user(user).command(argv).build());
    }

    private Run exec(ExecConfig config) {
        try {
            ExecResult result = execInContainer(config);
            return new Run(result.getExitCode(), result.getStdout(), result.getStderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public record Run(int code, String out, String err) {}

    /// As superuser, over the Unix socket of the container.
    public String sql(String statement) {
        Run run = psql(statement);
        assertThat(run.code()).as("%s: %s", statement, run.err()).isZero();
        return run.out().strip();
    }

    private Run psql(String statement) {
        String user = getEnvMap().getOrDefault("POSTGRES_USER", "postgres");
        String database = getEnvMap().getOrDefault("POSTGRES_DB", user);
        return exec(
                "psql",
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                user,
                "-d",
                database,
                "-c",
                statement);
    }

    /// Until a query answers so; that it fails meanwhile is no answer.
    public ContainerNode awaitSql(String query, String answer) {
        Eventually.happens(
                query + " → " + answer,
                this::log,
                () -> {
                    if (!isRunning()) {
                        return goesOn(false, query);
                    }
                    Run run = psql(query);
                    return run.code() == 0 && run.out().strip().equals(answer);
                });
        return this;
    }

    public ContainerNode awaitStreaming() {
        return awaitLog("started streaming WAL from primary")
                .awaitSql("SELECT status FROM pg_stat_wal_receiver", "streaming");
    }

    /// A base backup begins with a checkpoint: while its process is stopped, none goes on.
    public void holdClones() {
        signalCheckpointer("STOP");
    }

    public void letClonesGo() {
        signalCheckpointer("CONT");
    }

    private void signalCheckpointer(String signal) {
        String pid = sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        assertThat(execAs("root", "bash", "-c", "kill -" + signal + " " + pid).code()).isZero();
    }

    /// From full speed down to a part of one processor, and back with 2.
    public void processors(double count) {
        getDockerClient()
                .updateContainerCmd(getContainerId())
                .withCpuPeriod(100_000L)
                .withCpuQuota((long) (count * 100_000))
                .exec();
    }

    /// Everything that a file holds, as root.
    public String file(String path) {
        Run run = execAs("root", "cat", path);
        assertThat(run.code()).as("cat %s: %s", path, run.err()).isZero();
        return run.out();
    }

    /// A file that is there before it starts, root's.
    public ContainerNode withFile(String path, int mode, String text) {
        return withCopyToContainer(
                Transferable.of(text.getBytes(StandardCharsets.UTF_8), mode), path);
    }
}
