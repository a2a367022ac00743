package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.observe.access.Access;
import io.pgentrypoint.observe.access.Content;
import io.pgentrypoint.observe.access.DirectoryOwner;
import io.pgentrypoint.observe.access.Entries;
import io.pgentrypoint.observe.access.ServerUser;
import io.pgentrypoint.observe.access.WriteObstacle;
import io.pgentrypoint.observe.volume.LockOwner;
import io.pgentrypoint.plan.step.TakeOver;
import io.pgentrypoint.plan.step.TakeOverPlan;
import io.pgentrypoint.plan.text.PlanText;
import io.pgentrypoint.report.FileOwner;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Problem;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What is done before the volume is read, one file for each case.
class TakeOverPlanTest {

    private static final Path DATA = Path.of("/data");
    private static final Path WAL = Path.of("/wal");
    private static final Path SOCKETS = Path.of("/var/run/postgresql");
    private static final ServerUser USER = new ServerUser("postgres", 999, 999, "100998:100998");
    private static final FileOwner SOMEBODY = new FileOwner(1000, 1000, 0750);
    private static final FileOwner OPEN = new FileOwner(1000, 1000, 0777);

    private final Settings settings =
            parse(Map.of("POSTGRES_PASSWORD", "secret", "PGDATA", DATA.toString()));

    private static DirectoryOwner right(Path directory) {
        return new DirectoryOwner.Servers(directory, Entries.none());
    }

    private static DirectoryOwner others(Path directory, Content content, Entries entries) {
        return new DirectoryOwner.Others(directory, SOMEBODY, content, entries);
    }

    private static Entries entries(Map<Integer, Long> owners) {
        return new Entries(new TreeMap<>(owners), 0, "");
    }

    private static Access asRoot(DirectoryOwner data) {
        return new Access.AsRoot(USER, data, Optional.empty(), right(SOCKETS), false);
    }

    private static Access asRoot(DirectoryOwner data, DirectoryOwner wal, boolean cluster) {
        return new Access.AsRoot(USER, data, Optional.of(wal), right(SOCKETS), cluster);
    }

    private static Access asUser(Access.Writing writing) {
        return new Access.AsUser(999, 999, Optional.empty(), false, Optional.empty(), writing);
    }

    private static Access.Writing writable() {
        return new Access.Writing(List.of(), Optional.empty(), List.of());
    }

    private static Access obstacle(String sentence, String remedy) {
        return asUser(
                new Access.Writing(
                        List.of(), Optional.empty(), List.of(new WriteObstacle(sentence, remedy))));
    }

    private static Map<String, Access> cases() {
        Map<String, Access> cases = new LinkedHashMap<>();
        Content ours = new Content.Ours();
        Content empty = new Content.Empty();
        Content foreign = new Content.Foreign(List.of("a", "b", "c", "d", "e", "letter.txt"));
        Entries cluster = entries(Map.of(0, 4L, 1000, 950L));
        cases.put("root-right-volume", asRoot(right(DATA)));
        cases.put("root-no-directory", asRoot(new DirectoryOwner.Missing(DATA)));
        cases.put("root-empty-volume-of-roots", asRoot(others(DATA, empty, Entries.none())));
        cases.put("root-cluster-of-another-user", asRoot(others(DATA, ours, cluster)));
        cases.put(
                "root-cluster-and-wal-of-another-user",
                asRoot(
                        others(DATA, ours, cluster),
                        others(WAL, ours, entries(Map.of(1000, 3L))),
                        false));
        cases.put("root-foreign-files", asRoot(others(DATA, foreign, Entries.none())));
        cases.put(
                "root-cluster-that-somebody-pretends",
                asRoot(
                        new DirectoryOwner.Others(
                                DATA, OPEN, new Content.Disputed(4711), Entries.none())));
        cases.put(
                "root-lock-that-is-a-link",
                asRoot(
                        others(
                                DATA,
                                new Content.Unlockable(
                                        "/data/pgsql_tmp_entrypoint/lock: it is no regular file"),
                                Entries.none())));
        cases.put(
                "root-hard-links",
                asRoot(
                        others(
                                DATA,
                                ours,
                                new Entries(
                                        new TreeMap<>(Map.of(1000, 12L)),
                                        2,
                                        "/data/base/1/2604 (uid 1000, gid 1000, mode 0600)"))));
        cases.put(
                "root-behind-another-users-link",
                asRoot(
                        new DirectoryOwner.BehindLink(
                                DATA, DATA, "belongs to uid 1000 and not to root")));
        cases.put(
                "root-not-to-be-looked-at",
                asRoot(new DirectoryOwner.Unusable(DATA, "/data: it is no directory")));
        cases.put(
                "root-files-that-root-restored",
                asRoot(
                        new DirectoryOwner.Servers(
                                DATA,
                                new Entries(
                                        new TreeMap<>(Map.of(0, 61L)),
                                        1,
                                        "/data/x (uid 0, gid 0, mode 0600)"))));
        Content otherWal = new Content.Foreign(List.of("/wal/letter.txt"));
        DirectoryOwner wal = others(WAL, otherWal, Entries.none());
        cases.put(
                "root-foreign-wal-first-boot",
                asRoot(new DirectoryOwner.Missing(DATA), wal, false));
        cases.put("root-foreign-wal-beside-a-cluster", asRoot(right(DATA), wal, true));
        cases.put(
                "root-socket-directory-of-roots",
                new Access.AsRoot(
                        USER,
                        right(DATA),
                        Optional.empty(),
                        new DirectoryOwner.Others(
                                SOCKETS, new FileOwner(0, 0, 0755), ours, Entries.none()),
                        false));
        cases.put("root-no-account", new Access.AsRootOnly(new Access.Lack.NoAccount("postgres")));
        cases.put("root-not-mapped", new Access.AsRootOnly(new Access.Lack.NotMapped(USER)));
        cases.put(
                "root-no-native-calls",
                new Access.AsRootOnly(new Access.Lack.NoNativeCalls("postgres")));
        cases.put("user-right-volume", asUser(writable()));
        cases.put(
                "user-volume-in-use",
                new Access.AsUser(
                        999,
                        999,
                        Optional.empty(),
                        false,
                        Optional.of(
                                new LockOwner(
                                        "db-0",
                                        "0123456789abcdef",
                                        "boot",
                                        "pid:[1]",
                                        1,
                                        Instant.parse("2026-11-28T10:00:00Z"),
                                        true,
                                        7)),
                        writable()));
        cases.put(
                "user-volume-open-to-its-group",
                new Access.AsUser(
                        999,
                        999,
                        Optional.of(new FileOwner(999, 999, 02770)),
                        false,
                        Optional.empty(),
                        writable()));
        cases.put(
                "user-foreign-files",
                new Access.AsUser(999, 999, Optional.empty(), true, Optional.empty(), writable()));
        cases.put(
                "user-not-the-owner",
                obstacle(
                        "/data (for PGDATA) belongs to uid 1000, gid 1000, mode 0700",
                        "give it to this user (chown 999:999 on the host), or set PGDATA to a directory below it, which is made as needed"));
        cases.put(
                "user-read-only-volume",
                obstacle(
                        "/data (for PGDATA) belongs to uid 999, gid 999, mode 0700, and is read-only",
                        "set PGDATA to a directory below it, which is made as needed"));
        cases.put(
                "user-settings-that-the-server-does-not-take",
                asUser(
                        new Access.Writing(
                                List.of(
                                        Problem.error(
                                                "POSTGRES_CONF_work_mem",
                                                "much",
                                                "invalid value",
                                                "correct the value")),
                                Optional.empty(),
                                List.of())));
        cases.put(
                "user-socket-directory-without-a-name",
                asUser(new Access.Writing(List.of(), Optional.of("/run/ä"), List.of())));
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> each_case_is_decided_as_its_file_says() {
        return cases().entrySet().stream()
                .map(each ->
                        DynamicTest.dynamicTest(
                                each.getKey(),
                                () ->
                                        Golden.matches(
                                                "take-over/%s.txt".formatted(each.getKey()),
                                                decided(each.getValue()))));
    }

    private String decided(Access access) {
        try {
            TakeOverPlan plan = Planner.plan(settings, access);
            List<String> lines = PlanText.lines(plan);
            return "%sthen: %s\n"
                    .formatted(
                            lines.isEmpty() ? "" : String.join("\n", lines) + "\n",
                            switch (plan.next()) {
                                case REPLAN -> "look again";
                                case READ_VOLUME -> "read the volume";
                            });
        } catch (Refusal refusal) {
            return "refused with %d: %s\n  %s\n"
                    .formatted(refusal.exitCode(), refusal.reason(), refusal.remedy());
        } catch (InvalidSettings invalid) {
            return "refused with %d: %s\n"
                    .formatted(
                            invalid.exitCode(),
                            invalid.problems().stream().map(Problem::sentence).toList());
        }
    }

    /// Whatever is given away is given under the lock, and the top of the volume after its WAL.
    @Test
    void a_volume_of_another_user_is_locked_first_and_given_last() {
        TakeOverPlan plan =
                Planner.plan(
                        settings,
                        asRoot(
                                others(DATA, new Content.Ours(), Entries.none()),
                                others(WAL, new Content.Ours(), Entries.none()),
                                false));
        assertThat(plan.steps())
                .extracting(planned -> planned.step().getClass().getSimpleName())
                .containsExactly(
                        TakeOver.HoldVolume.class.getSimpleName(),
                        TakeOver.GiveToServerUser.class.getSimpleName(),
                        TakeOver.GiveToServerUser.class.getSimpleName(),
                        TakeOver.StepDown.class.getSimpleName());
        assertThat(plan.steps().get(1).step().sentence()).startsWith("give /wal ");
        assertThat(plan.steps().get(2).step().sentence()).startsWith("give /data ");
    }
}
