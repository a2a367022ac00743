package io.pgentrypoint.plan.rule;

import static io.pgentrypoint.plan.rule.HistoryTable.History.CONTAINS_OURS;
import static io.pgentrypoint.plan.rule.HistoryTable.History.ENDS_BEFORE_OURS;
import static io.pgentrypoint.plan.rule.HistoryTable.History.NOT_COMPARED;
import static io.pgentrypoint.plan.rule.HistoryTable.History.OLDER_TIMELINE;
import static io.pgentrypoint.plan.rule.HistoryTable.History.OTHER_CLUSTER;
import static io.pgentrypoint.plan.rule.HistoryTable.History.PARTED;
import static io.pgentrypoint.plan.rule.HistoryTable.History.SILENT;
import static io.pgentrypoint.plan.rule.HistoryTable.History.UNKNOWN;
import static io.pgentrypoint.plan.rule.HistoryTable.History.UNKNOWN_ON_ONE_TIMELINE;
import static io.pgentrypoint.plan.rule.HistoryTable.History.UNPROVEN;
import static io.pgentrypoint.plan.rule.HistoryTable.History.UNPROVEN_WITH_RISK;
import static io.pgentrypoint.plan.rule.HistoryTable.History.WAL_IS_GONE;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.AWAIT;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.RECLONE;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.RECLONE_OR_START;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.REFUSE;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.REFUSE_OTHER_CLUSTER;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.REWIND;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.START;
import static io.pgentrypoint.plan.rule.HistoryTable.Outcome.START_AND_SAY;

import io.pgentrypoint.settings.mode.Rejoin;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Whether a node with data may follow its primary: every case is a row, and exactly one row holds.
/// docs/reference/decision-table.md shows these rows.
public final class HistoryTable {

    private HistoryTable() {}

    /// How the primary's history stands to the one on the volume.
    public enum History {
        SILENT("cannot be asked for"),
        UNPROVEN(
                "is told by a server that [does not prove itself](../explanation/peers.md#why-a-server-must-prove-itself)"),
        UNPROVEN_WITH_RISK(
                "the same, with PostgreSQL 13 to 15 without TLS, where that server could learn the password"),
        NOT_COMPARED("is not compared, because this node's server runs"),
        CONTAINS_OURS("contains all of this node's"),
        WAL_IS_GONE(
                "contains all of this node's, but the primary has removed the WAL that comes next"),
        PARTED("parted from this node's before this node's end"),
        ENDS_BEFORE_OURS("is on the same timeline, and ends before this node's"),
        OLDER_TIMELINE("is on an older timeline"),
        UNKNOWN_ON_ONE_TIMELINE("cannot be compared with this node's; both are on one timeline"),
        UNKNOWN("cannot be compared with this node's"),
        OTHER_CLUSTER("is that of another cluster");

        private final String words;

        History(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// What the volume was.
    public enum Role {
        FORMER_PRIMARY,
        STANDBY
    }

    /// What the server is that was asked.
    public enum Asked {
        PRIMARY,
        STANDBY
    }

    /// What follows.
    public enum Outcome {
        START("start"),
        START_AND_SAY("start, with a message"),
        AWAIT("waits `PRIMARY_WAIT`, then 69"),
        REWIND("`pg_rewind`; refused, 76, if it is impossible"),
        RECLONE("moved aside and cloned anew; refused, 76, if it is impossible"),
        RECLONE_OR_START(
                "moved aside and cloned anew; start, with a message, if that is impossible"),
        REFUSE("refused, 76"),
        REFUSE_OTHER_CLUSTER("refused, 65");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// A set that a row names holds for each of its members.
    public record Row(
            History history,
            Set<Role> roles,
            Set<Asked> asked,
            Set<Rejoin> rejoin,
            Outcome outcome) {

        public boolean holds(History found, Role role, Asked server, Rejoin wanted) {
            return history == found
                    && roles.contains(role)
                    && asked.contains(server)
                    && rejoin.contains(wanted);
        }
    }

    private static final Set<Role> WAS_PRIMARY = EnumSet.of(Role.FORMER_PRIMARY);
    private static final Set<Role> WAS_STANDBY = EnumSet.of(Role.STANDBY);
    private static final Set<Role> WAS_ANY = EnumSet.allOf(Role.class);
    private static final Set<Asked> OF_PRIMARY = EnumSet.of(Asked.PRIMARY);
    private static final Set<Asked> OF_STANDBY = EnumSet.of(Asked.STANDBY);
    private static final Set<Asked> OF_ANY = EnumSet.allOf(Asked.class);
    private static final Set<Rejoin> IF_REFUSE = EnumSet.of(Rejoin.REFUSE);
    private static final Set<Rejoin> IF_REWIND = EnumSet.of(Rejoin.REWIND);
    private static final Set<Rejoin> IF_RECLONE = EnumSet.of(Rejoin.RECLONE);
    private static final Set<Rejoin> UNLESS_RECLONE =
            EnumSet.complementOf(EnumSet.of(Rejoin.RECLONE));
    private static final Set<Rejoin> ANY_REJOIN = EnumSet.allOf(Rejoin.class);

    /// In the order of the page.
    public static final List<Row> ROWS =
            List.of(
                    row(SILENT, WAS_PRIMARY, OF_ANY, ANY_REJOIN, AWAIT),
                    row(SILENT, WAS_STANDBY, OF_ANY, ANY_REJOIN, START),
                    row(UNPROVEN, WAS_PRIMARY, OF_ANY, ANY_REJOIN, AWAIT),
                    row(UNPROVEN, WAS_STANDBY, OF_ANY, ANY_REJOIN, START_AND_SAY),
                    row(UNPROVEN_WITH_RISK, WAS_ANY, OF_ANY, ANY_REJOIN, AWAIT),
                    row(NOT_COMPARED, WAS_PRIMARY, OF_ANY, ANY_REJOIN, REFUSE),
                    row(NOT_COMPARED, WAS_STANDBY, OF_ANY, ANY_REJOIN, START),
                    row(CONTAINS_OURS, WAS_ANY, OF_ANY, ANY_REJOIN, START),
                    row(WAL_IS_GONE, WAS_PRIMARY, OF_ANY, IF_RECLONE, RECLONE),
                    row(WAL_IS_GONE, WAS_PRIMARY, OF_ANY, UNLESS_RECLONE, REFUSE),
                    // Read-only beats nothing, and a volume that is more than half full is usual.
                    row(WAL_IS_GONE, WAS_STANDBY, OF_ANY, IF_RECLONE, RECLONE_OR_START),
                    row(WAL_IS_GONE, WAS_STANDBY, OF_ANY, UNLESS_RECLONE, START_AND_SAY),
                    row(PARTED, WAS_ANY, OF_ANY, IF_REFUSE, REFUSE),
                    row(PARTED, WAS_ANY, OF_ANY, IF_REWIND, REWIND),
                    row(PARTED, WAS_ANY, OF_ANY, IF_RECLONE, RECLONE),
                    row(ENDS_BEFORE_OURS, WAS_PRIMARY, OF_ANY, ANY_REJOIN, REFUSE),
                    row(ENDS_BEFORE_OURS, WAS_STANDBY, OF_PRIMARY, ANY_REJOIN, REFUSE),
                    // A standby may lag, and is waited for to catch up.
                    row(ENDS_BEFORE_OURS, WAS_STANDBY, OF_STANDBY, ANY_REJOIN, START_AND_SAY),
                    row(OLDER_TIMELINE, WAS_PRIMARY, OF_ANY, ANY_REJOIN, REFUSE),
                    row(OLDER_TIMELINE, WAS_STANDBY, OF_PRIMARY, ANY_REJOIN, REFUSE),
                    row(OLDER_TIMELINE, WAS_STANDBY, OF_STANDBY, ANY_REJOIN, START_AND_SAY),
                    row(UNKNOWN_ON_ONE_TIMELINE, WAS_PRIMARY, OF_ANY, IF_RECLONE, RECLONE),
                    row(UNKNOWN_ON_ONE_TIMELINE, WAS_PRIMARY, OF_ANY, UNLESS_RECLONE, REFUSE),
                    row(UNKNOWN_ON_ONE_TIMELINE, WAS_STANDBY, OF_ANY, IF_RECLONE, RECLONE_OR_START),
                    row(
                            UNKNOWN_ON_ONE_TIMELINE,
                            WAS_STANDBY,
                            OF_ANY,
                            UNLESS_RECLONE,
                            START_AND_SAY),
                    row(UNKNOWN, WAS_ANY, OF_ANY, IF_RECLONE, RECLONE),
                    row(UNKNOWN, WAS_ANY, OF_ANY, UNLESS_RECLONE, REFUSE),
                    row(OTHER_CLUSTER, WAS_ANY, OF_ANY, ANY_REJOIN, REFUSE_OTHER_CLUSTER));

    private static Row row(
            History history,
            Set<Role> roles,
            Set<Asked> asked,
            Set<Rejoin> rejoin,
            Outcome outcome) {
        return new Row(history, Set.copyOf(roles), Set.copyOf(asked), Set.copyOf(rejoin), outcome);
    }

    /// What follows in one case.
    public static Outcome outcome(History history, Role role, Asked asked, Rejoin rejoin) {
        for (Row row : ROWS) {
            if (row.holds(history, role, asked, rejoin)) {
                return row.outcome();
            }
        }
        throw new IllegalStateException("no row for %s %s".formatted(history, role));
    }
}
