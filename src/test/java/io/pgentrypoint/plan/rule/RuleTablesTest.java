package io.pgentrypoint.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.PageTable;
import io.pgentrypoint.plan.rule.HistoryTable.Asked;
import io.pgentrypoint.plan.rule.HistoryTable.History;
import io.pgentrypoint.plan.rule.HistoryTable.Outcome;
import io.pgentrypoint.plan.rule.HistoryTable.Role;
import io.pgentrypoint.settings.mode.Rejoin;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The rules are rows, and the documents show the same rows.
class RuleTablesTest {

    @Test
    void exactly_one_row_holds_in_each_case() {
        for (History history : History.values()) {
            for (Role role : Role.values()) {
                for (Asked asked : Asked.values()) {
                    for (Rejoin rejoin : Rejoin.values()) {
                        assertThat(HistoryTable.ROWS)
                                .as("%s %s %s %s", history, role, asked, rejoin)
                                .filteredOn(row -> row.holds(history, role, asked, rejoin))
                                .hasSize(1);
                    }
                }
            }
        }
    }

    @Test
    void only_a_consent_throws_anything_away() {
        Set<Outcome> discarding =
                EnumSet.of(Outcome.REWIND, Outcome.RECLONE, Outcome.RECLONE_OR_START);
        assertThat(HistoryTable.ROWS)
                .filteredOn(row -> row.rejoin().contains(Rejoin.REFUSE))
                .extracting(HistoryTable.Row::outcome)
                .doesNotContainAnyElementsOf(discarding);
    }

    @Test
    void a_node_takes_no_writes_beside_a_primary_of_its_cluster() {
        for (PeerTable row :
                List.of(
                        PeerTable.PRIMARY,
                        PeerTable.PRIMARY_WITHOUT_WAL,
                        PeerTable.PARTED_PRIMARY)) {
            assertThat(List.of(row.onEmptyVolume(), row.asPrimary(), row.whenPromoted()))
                    .as(row.name())
                    .isSubsetOf(PeerTable.Effect.REFUSE, PeerTable.Effect.FOLLOW);
        }
    }

    @Test
    void the_decision_table_shows_the_rows_of_histories() {
        List<String> lines = new ArrayList<>();
        lines.add("| the primary's history | `REJOIN` | a former primary | a standby |");
        lines.add("|---|---|---|---|");
        for (History history : History.values()) {
            cells(history)
                    .forEach((cells, rejoin) ->
                            lines.add(
                                    "| %s | %s | %s |"
                                            .formatted(history.words(), words(rejoin), cells)));
        }
        PageTable.matches("docs/reference/decision-table.md", "HistoryTable", lines);
    }

    @Test
    void the_page_of_peers_shows_the_rows_of_peers() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| the peer | this volume is empty | this volume is a primary's | this standby is to be promoted |");
        lines.add("|---|---|---|---|");
        for (PeerTable row : PeerTable.values()) {
            lines.add(
                    "| %s | %s | %s | %s |"
                            .formatted(
                                    row.words(),
                                    row.onEmptyVolume().words(),
                                    row.asPrimary().words(),
                                    row.whenPromoted().words()));
        }
        PageTable.matches("docs/reference/peers.md", "PeerTable", lines);
    }

    @Test
    void the_page_of_clusters_shows_the_rows_of_roles() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| the other nodes | this volume is empty, and this node is the first | this volume is empty | this volume was the primary's | this volume is a standby's |");
        lines.add("|---|---|---|---|---|");
        for (RoleTable row : RoleTable.values()) {
            lines.add(
                    "| %s | %s |"
                            .formatted(
                                    row.words(),
                                    java.util.Arrays.stream(RoleTable.Own.values())
                                            .map(own -> row.of(own).words())
                                            .collect(Collectors.joining(" | "))));
        }
        PageTable.matches("docs/reference/cluster.md", "RoleTable", lines);
    }

    @Test
    void no_start_promotes_a_standby_and_none_leads_beside_a_primary() {
        for (RoleTable row : RoleTable.values()) {
            assertThat(row.of(RoleTable.Own.STANDBY))
                    .as(row.name())
                    .isNotIn(RoleTable.Effect.LEAD, RoleTable.Effect.INITIALIZE);
        }
        for (RoleTable row :
                List.of(RoleTable.TWO_PRIMARIES, RoleTable.OLD_PRIMARY, RoleTable.PRIMARY)) {
            for (RoleTable.Own own : RoleTable.Own.values()) {
                assertThat(row.of(own))
                        .as("%s %s", row, own)
                        .isNotIn(RoleTable.Effect.LEAD, RoleTable.Effect.INITIALIZE);
            }
        }
    }

    /// The two cells of a line, and for which REJOIN they hold.
    private static Map<String, Set<Rejoin>> cells(History history) {
        Map<String, Set<Rejoin>> cells = new LinkedHashMap<>();
        for (Rejoin rejoin : Rejoin.values()) {
            String line =
                    "%s | %s"
                            .formatted(
                                    cell(history, Role.FORMER_PRIMARY, rejoin),
                                    cell(history, Role.STANDBY, rejoin));
            cells.computeIfAbsent(line, _ -> EnumSet.noneOf(Rejoin.class)).add(rejoin);
        }
        return cells;
    }

    private static String cell(History history, Role role, Rejoin rejoin) {
        Outcome primary = HistoryTable.outcome(history, role, Asked.PRIMARY, rejoin);
        Outcome standby = HistoryTable.outcome(history, role, Asked.STANDBY, rejoin);
        return primary == standby
                ? primary.words()
                : "%s; if the server that was asked is a standby, which may lag: %s"
                        .formatted(primary.words(), standby.words());
    }

    private static String words(Set<Rejoin> rejoin) {
        return rejoin.equals(EnumSet.allOf(Rejoin.class))
                ? "any"
                : rejoin.stream()
                        .map(one -> "`%s`".formatted(one.name().toLowerCase(Locale.ROOT)))
                        .collect(Collectors.joining(", "));
    }
}
