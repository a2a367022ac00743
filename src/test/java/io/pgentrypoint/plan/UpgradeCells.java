package io.pgentrypoint.plan;

import static io.pgentrypoint.settings.Environments.parse;

import io.pgentrypoint.observe.Observed;
import io.pgentrypoint.observe.datadir.ControlData;
import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.Journal.OnRestart;
import io.pgentrypoint.observe.datadir.ManagedFiles;
import io.pgentrypoint.observe.datadir.NodeState;
import io.pgentrypoint.observe.datadir.OldCluster;
import io.pgentrypoint.observe.datadir.OldServer;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.settings.Environments;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Data of another major version.
record UpgradeCells(PatroniCells.Sink sink) {

    private static final String ASIDE = Layout.replacedName("postgresql-15");

    private static final OldServer.Locale LIBC =
            new OldServer.Locale(
                    "UTF8", "de_DE.utf8", "C", "c", Optional.empty(), Optional.empty());

    void add() {
        DataDirectory asked = old(Optional.of(said(LIBC, 0, false)));
        sink.cell("upgrade-refused", settings(), holds(old(Optional.empty())));
        sink.cell("upgrade-without-programs", copy(), holds(new DataDirectory.OtherMajor(15)));
        sink.cell("upgrade-of-a-newer-one", copy(), holds(new DataDirectory.OtherMajor(19)));
        sink.cell("upgrade-not-asked-yet", copy(), holds(old(Optional.empty())));
        sink.cell("upgrade-by-copy", copy(), holds(asked));
        sink.cell("upgrade-by-clone", copy(), holds(old(Optional.of(said(LIBC, 0, true)))));
        sink.cell("upgrade-by-link", link(), holds(asked));
        sink.cell(
                "upgrade-of-icu",
                copy(),
                holds(
                        old(
                                Optional.of(
                                        said(
                                                new OldServer.Locale(
                                                        "UTF8",
                                                        "C",
                                                        "C",
                                                        "i",
                                                        Optional.of("de-x"),
                                                        Optional.of("&a < g")),
                                                0,
                                                false)))));
        sink.cell(
                "upgrade-with-prepared-transactions",
                copy(),
                holds(old(Optional.of(said(LIBC, 2, false)))));
        sink.cell(
                "upgrade-with-extensions-that-this-image-does-not-have",
                copy(),
                holds(
                        old(
                                Optional.of(
                                        said(LIBC, 0, false)
                                                .with(
                                                        List.of(
                                                                new OldServer.Installed(
                                                                        "maps", "postgis", "3.3.2"),
                                                                new OldServer.Installed(
                                                                        "shop", "plpgsql", "1.0"),
                                                                new OldServer.Installed(
                                                                        "shop", "vector",
                                                                        "0.7.0")))))));
        sink.cell("upgrade-of-a-standby", copy(), holds(old(DataDirectory.Role.STANDBY, "")));
        sink.cell(
                "upgrade-with-parts-elsewhere",
                copy(),
                holds(old(DataDirectory.Role.PRIMARY, "the tablespace /ts/1")));
        sink.cell(
                "upgrade-of-a-native-primary-that-was-promoted",
                parse(Environments.primary("UPGRADE", "copy")),
                holds(asked)
                        .with(
                                NodeState.of(NodeState.Role.PRIMARY)
                                        .promoted(
                                                NodeState.Role.PRIMARY,
                                                new NodeState.Promotion(
                                                        1, 2, "0/3000000", "now"))));
        sink.cell(
                "upgrade-of-a-native-replica",
                parse(Environments.replica("UPGRADE", "copy")),
                holds(asked));
        sink.cell(
                "upgrade-of-a-member",
                parse(Environments.patroni("UPGRADE", "copy")),
                holds(asked));
        sink.cell("upgrade-that-was-killed", copy(), journal(OnRestart.DISCARD, false, List.of()));
        sink.cell(
                "upgrade-that-was-killed-when-it-was-whole",
                copy(),
                journal(OnRestart.ROLL_FORWARD, true, List.of()));
        sink.cell(
                "upgrade-that-was-killed-while-it-moved-in",
                copy(),
                journal(OnRestart.ROLL_FORWARD, false, List.of("PG_VERSION", "base", "global")));
        sink.cell(
                "upgrade-that-was-killed-and-the-old-image",
                settings(),
                Volumes.holds(
                        new DataDirectory.Interrupted(
                                new Journal(
                                        OnRestart.ROLL_FORWARD,
                                        Relocation.of(
                                                Layout.STAGING,
                                                new Relocation.Upgrade(17, 18, ASIDE, true))))));
        back();
        sink.cell(
                "upgrade-with-coarse-statistics",
                settings(),
                holds(Volumes.primary(ManagedFiles.none()))
                        .with(new Upgraded(15, 17, ASIDE, false, true, true)));
        sink.cell(
                "upgrade-whose-old-cluster-is-deleted-after-a-week",
                parse(Environments.standalone("UPGRADE_KEEP", "7d")),
                holds(Volumes.primary(ManagedFiles.none()))
                        .with(new Upgraded(15, 17, ASIDE, false, false, true)));
    }

    private void back() {
        sink.cell(
                "upgrade-that-can-be-taken-back-and-the-old-image",
                settings(),
                holds(new DataDirectory.OtherMajor(18))
                        .with(
                                new Upgraded(
                                        17,
                                        18,
                                        Layout.replacedName("postgresql-17"),
                                        false,
                                        true,
                                        true)));
        sink.cell("upgrade-that-is-taken-back-and-was-killed", settings(), goingBack(18, 17));
        sink.cell(
                "upgrade-that-is-taken-back-and-was-killed-and-the-new-image",
                copy(),
                goingBack(17, 15));
    }

    private static Observed goingBack(int from, int to) {
        return holds(
                new DataDirectory.Interrupted(
                        new Journal(
                                OnRestart.ROLL_FORWARD,
                                Relocation.of(
                                        ASIDE,
                                        new Relocation.Upgrade(
                                                from,
                                                to,
                                                Layout.replacedName("postgresql-" + from),
                                                false)))));
    }

    private static Settings settings() {
        return parse(Environments.standalone());
    }

    private static Settings copy() {
        return parse(Environments.standalone("UPGRADE", "copy"));
    }

    private static Settings link() {
        return parse(Environments.standalone("UPGRADE", "link"));
    }

    private static Observed holds(DataDirectory volume) {
        return Volumes.holds(volume);
    }

    private static Observed journal(OnRestart onRestart, boolean linked, List<String> entries) {
        return holds(
                new DataDirectory.Interrupted(
                        new Journal(
                                onRestart,
                                Relocation.of(
                                                Layout.STAGING,
                                                new Relocation.Upgrade(15, 17, ASIDE, linked))
                                        .moving(entries))));
    }

    private static DataDirectory old(Optional<OldServer> answer) {
        return old(DataDirectory.Role.PRIMARY, Optional.empty(), answer);
    }

    private static DataDirectory old(DataDirectory.Role role, String outside) {
        return old(role, Optional.of(outside).filter(part -> !part.isEmpty()), Optional.empty());
    }

    private static DataDirectory old(
            DataDirectory.Role role, Optional<String> outside, Optional<OldServer> answer) {
        ControlData control =
                ((DataDirectory.Cluster) Volumes.primary(ManagedFiles.none())).control();
        return new DataDirectory.OtherMajor(
                15,
                Optional.of(
                        new OldCluster(
                                Path.of("/usr/lib/postgresql/15/bin"),
                                control,
                                role,
                                outside,
                                answer,
                                Map.of("plpgsql", "1.0", "hstore", "1.8"))));
    }

    private static OldServer said(OldServer.Locale locale, int prepared, boolean shares) {
        return new OldServer(
                "0/3000000",
                "admin",
                locale,
                true,
                5L << 30,
                prepared,
                "orders",
                List.of(
                        new OldServer.Installed("postgres", "plpgsql", "1.0"),
                        new OldServer.Installed("shop", "hstore", "1.7"),
                        new OldServer.Installed("shop", "plpgsql", "1.0")),
                shares);
    }
}
