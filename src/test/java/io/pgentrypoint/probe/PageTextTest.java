package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgentrypoint.Golden;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageTextTest {

    private static final String HOSTILE = "<script>alert('x')</script>\" onclick=\"x";

    private static String body(String page) {
        return page.substring(page.indexOf("<body>"), page.indexOf("<script>"));
    }

    @Test
    void a_primary_shows_its_cluster_its_lag_and_its_log() {
        Golden.matches("probe/page.html", Pages.primary());
    }

    @Test
    void a_replica_shows_what_it_follows_and_how_far_it_is_behind() {
        assertThat(body(Pages.of(Nodes.replica(4096), new ClusterView.None("None."))))
                .contains(
                        "role=\"status\">healthy: replica</p>",
                        "<dt>Upstream</dt><dd>primary:5432</dd>",
                        "<dt>Lag</dt><dd>4.0 kB, 1.5 s</dd>",
                        "<p>None.</p>")
                .doesNotContain("<table>", "What to do");
    }

    @Test
    void a_clone_has_a_bar_of_its_progress() {
        Progress progress = new Progress(() -> 0);
        progress.enter(Phase.CLONING);
        progress.cloned(1 << 20, 4 << 20);
        NodeStatus cloning =
                NodeStatus.notReady("cloning the primary: 25%", progress.now(), Optional.empty());
        assertThat(body(Pages.of(cloning, new ClusterView.None("None."))))
                .contains(
                        "not healthy: cloning the primary: 25%",
                        "<progress aria-label=\"Clone\" max=\"4194304\" value=\"1048576\"></progress>"
                                + " 25%, 1.0 MB of 4.0 MB");
    }

    @Test
    void nothing_that_a_name_or_a_message_says_is_markup() {
        NodeStatus status =
                NodeStatus.notReady(HOSTILE, Nodes.running(), Optional.empty())
                        .withMissingWal(Optional.of(HOSTILE))
                        .withReplayHeld(Optional.of(HOSTILE));
        ClusterView.Table table =
                new ClusterView.Table(
                        List.of("Node", HOSTILE),
                        List.of(new ClusterView.Line(List.of(HOSTILE, HOSTILE), false)),
                        List.of(HOSTILE));
        String page =
                new PageText(HOSTILE, HOSTILE, status, table)
                        .html(new long[] {1}, List.of(HOSTILE), Pages.NOW);
        assertThat(page.split("<script", -1)).as("its own script").hasSize(2);
        assertThat(page)
                .doesNotContain("alert('x')", "onclick=\"x")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onclick=&quot;x");
    }

    @Test
    void no_part_has_a_style_or_a_script_that_the_policy_forbids() {
        assertThat(body(Pages.primary())).doesNotContain("style=", "onclick", "http:", "https:");
        assertThat(PageFiles.SCRIPT.text() + PageFiles.STYLE.text())
                .doesNotContain("</", "http:", "https:", "url(", "@import");
    }
}
