package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.datadir.DataDirectory;
import io.pgentrypoint.observe.datadir.Journal;
import io.pgentrypoint.observe.datadir.OldServer;
import io.pgentrypoint.observe.datadir.Relocation;
import io.pgentrypoint.observe.datadir.Upgraded;
import io.pgentrypoint.observe.upstream.Peer;
import io.pgentrypoint.report.ExitCode;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import java.util.List;
import java.util.stream.Collectors;

/// Why a cluster of another major version is not used, or not upgraded. Nothing of it is touched.
final class UpgradeRefusals {

    private UpgradeRefusals() {}

    /// @param wayBack whether a cluster of this version was kept, from before an upgrade
    static Refusal otherMajor(
            Layout layout, DataDirectory.OtherMajor other, int ours, boolean wayBack) {
        String remedy;
        if (wayBack) {
            remedy =
                    """
                    or put the cluster of PostgreSQL %s back that the upgrade has kept: entrypoint \
                    upgrade --revert\
                    """
                            .formatted(ours);
        } else if (other.found() > ours) {
            remedy = "there is no way to an older version but dump and restore";
        } else if (other.old().isPresent()) {
            remedy =
                    "this image can upgrade it: make a backup, and start it with UPGRADE=copy or link";
        } else {
            remedy =
                    """
                    an image with the programs of both can upgrade it: make a backup, and start \
                    pg-entrypoint:%s-upgrade with UPGRADE=copy or link\
                    """
                            .formatted(ours);
        }
        return new Refusal(
                ExitCode.DATA,
                "cannot use %s: it holds a cluster of PostgreSQL %s, and this is PostgreSQL %s"
                        .formatted(layout.dataDirectory(), other.found(), ours),
                "run the image of PostgreSQL %s; %s".formatted(other.found(), remedy));
    }

    static Refusal noPrograms(Layout layout, int found, int ours) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot upgrade %s: this image has no programs of PostgreSQL %s"
                        .formatted(layout.dataDirectory(), found),
                """
                use an image that has them, for example pg-entrypoint:%s-upgrade (make image \
                PG_MAJOR=%s UPGRADE_FROM=%s)\
                """
                        .formatted(ours, ours, found));
    }

    static Refusal standby(Layout layout) {
        return new Refusal(
                ExitCode.DATA,
                "cannot upgrade %s: it is a standby".formatted(layout.dataDirectory()),
                """
                upgrade its primary, then empty this volume or move its data away: it is cloned \
                anew\
                """);
    }

    static Refusal replica(Layout layout, int found, int ours) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot use %s: it holds a replica of PostgreSQL %s, this is PostgreSQL %s, and \
                pg_upgrade upgrades primaries only\
                """
                        .formatted(layout.dataDirectory(), found, ours),
                """
                first stop all replicas, then upgrade the primary (UPGRADE), then empty this \
                volume or move its data away: it is cloned anew\
                """);
    }

    static Refusal auto(Layout layout, int found, int ours) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot upgrade %s from PostgreSQL %s to %s with REPLICATION_ROLE=auto: which node \
                is to be upgraded is your decision\
                """
                        .formatted(layout.dataDirectory(), found, ours),
                """
                stop all nodes, start the one that was the primary with REPLICATION_ROLE=primary \
                and UPGRADE, then the others with empty volumes; they clone it\
                """);
    }

    static Refusal member(Layout layout, int found, int ours) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot upgrade %s from PostgreSQL %s to %s under Patroni: the system identifier of \
                its cluster would not be the one that the DCS knows\
                """
                        .formatted(layout.dataDirectory(), found, ours),
                """
                stop all members, start the one that was the leader once with USE_PATRONI=false \
                and UPGRADE, remove the cluster from the DCS (patronictl remove), then start it \
                with USE_PATRONI=true, then the others with empty volumes\
                """);
    }

    static Refusal otherPrimary(Layout layout, Peer peer) {
        return new Refusal(
                ExitCode.UNSAFE,
                "cannot upgrade %s: a peer takes writes: %s"
                        .formatted(layout.dataDirectory(), peer.describe()),
                "upgrade that one, and clone this one from it; or stop that one first");
    }

    static Refusal outside(Layout layout, String part) {
        return new Refusal(
                ExitCode.DATA,
                "cannot upgrade %s: a part of the cluster lies outside of it: %s"
                        .formatted(layout.dataDirectory(), part),
                """
                move tables back with ALTER TABLE … SET TABLESPACE pg_default, and the WAL \
                directory into its place while the server is stopped; or use dump and restore\
                """);
    }

    static Refusal prepared(Layout layout, int transactions) {
        return new Refusal(
                ExitCode.DATA,
                "cannot upgrade %s: it has %s prepared transactions, and pg_upgrade takes none along"
                        .formatted(layout.dataDirectory(), transactions),
                """
                start the old image, end them (SELECT gid FROM pg_prepared_xacts; COMMIT PREPARED \
                or ROLLBACK PREPARED), stop it, and start this one again\
                """);
    }

    static Refusal missingExtensions(Layout layout, List<OldServer.Installed> missing, int ours) {
        return new Refusal(
                ExitCode.CONFIGURATION,
                "cannot upgrade %s: this image does not have, for PostgreSQL %s: %s"
                        .formatted(
                                layout.dataDirectory(),
                                ours,
                                missing.stream()
                                        .map(each ->
                                                "the extension %s %s of the database %s"
                                                        .formatted(
                                                                each.name(),
                                                                each.version(),
                                                                each.database()))
                                        .collect(Collectors.joining(", "))),
                """
                add the packages of these extensions to the image (Debian: apt-get install \
                postgresql-%s-NAME), or start the old image and drop them there (DROP EXTENSION)\
                """
                        .formatted(ours));
    }

    static Refusal passedNoReturn(Layout layout, Relocation.Upgrade upgrade, int ours) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot use %s with PostgreSQL %s: its upgrade from %s to %s has begun to write \
                into the new cluster\
                """
                        .formatted(layout.dataDirectory(), ours, upgrade.from(), upgrade.to()),
                "start the image of PostgreSQL %s: it brings the upgrade to its end"
                        .formatted(upgrade.to()));
    }

    static Refusal goesBack(Layout layout, Relocation.Upgrade back, int ours) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot use %s with PostgreSQL %s: its way back from %s to %s has begun and has not \
                ended\
                """
                        .formatted(layout.dataDirectory(), ours, back.from(), back.to()),
                "run entrypoint upgrade --revert again, or start the image of PostgreSQL %s"
                        .formatted(back.to()));
    }

    static Refusal underWay(String found) {
        return new Refusal(
                ExitCode.DATA,
                "cannot end an upgrade: " + found,
                """
                start its node, which brings that to its end; an upgrade that has not given up the \
                old cluster yet is taken back by a start of the old image\
                """);
    }

    static Refusal noCluster(String found) {
        return new Refusal(
                ExitCode.DATA,
                "cannot end an upgrade: " + found,
                "run this with the volume and the PGDATA of the node that was upgraded");
    }

    static Refusal notUpgradedHere(Layout layout) {
        return new Refusal(
                ExitCode.DATA,
                "cannot revert an upgrade of %s: none is known there that could be taken back"
                        .formatted(layout.dataDirectory()),
                """
                an upgrade with UPGRADE=copy can, until entrypoint upgrade --finish or UPGRADE_KEEP \
                has deleted the old cluster\
                """);
    }

    static Refusal linked(Layout layout, Upgraded done) {
        return new Refusal(
                ExitCode.UNSAFE,
                """
                cannot put the cluster of PostgreSQL %s back into %s: it shares its files with that \
                of PostgreSQL %s, which has written into them\
                """
                        .formatted(done.from(), layout.dataDirectory(), done.to()),
                "restore a backup");
    }

    static Refusal gone(Layout layout, Upgraded done) {
        return new Refusal(
                ExitCode.DATA,
                """
                cannot put the cluster of PostgreSQL %s back into %s: it is not in %s any more\
                """
                        .formatted(
                                done.from(),
                                layout.dataDirectory(),
                                layout.stateDirectory().resolve(done.aside())),
                "restore a backup, or go on with the image of PostgreSQL " + done.to());
    }

    static Refusal strangeJournal(Layout layout, Journal.OnRestart onRestart) {
        return new Refusal(
                ExitCode.DATA,
                "cannot use %s: its journal of an upgrade says %s"
                        .formatted(layout.dataDirectory(), onRestart),
                "report this: no version of entrypoint writes that; nothing was touched");
    }
}
