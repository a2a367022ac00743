package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import io.pgentrypoint.report.Masks;
import io.pgentrypoint.report.Measures;
import io.pgentrypoint.report.Phase;
import io.pgentrypoint.report.Progress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The page as HTML. Parts with a `data-part` are what its script renews.
record PageText(String name, String mode, NodeStatus status, ClusterView cluster) {

    private static final Pattern LOUD = Pattern.compile("\\b(WARN|ERROR)\\b");

    /// @param lags the oldest first
    /// @param log the newest first
    String html(long[] lags, List<String> log, Instant now) {
        return Html.of(
                        """
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta name="viewport" content="width=device-width, initial-scale=1">
                        <meta name="color-scheme" content="light dark">
                        <title>%s: %s</title>
                        <link rel="icon" href="data:,">
                        <style>%s</style>
                        </head>
                        <body>
                        <header>
                        <h1>%s</h1>
                        <p class="quiet">%s</p>
                        <p class="verdict %s" data-part="verdict" role="status">%s</p>
                        </header>
                        <main>
                        <section aria-labelledby="cluster">
                        <h2 id="cluster">Cluster</h2>
                        <div class="wide" data-part="cluster" tabindex="0" role="group" \
                        aria-labelledby="cluster">
                        %s</div>
                        <div data-part="advice" aria-live="polite">%s</div>
                        </section>
                        <section aria-labelledby="node">
                        <h2 id="node">This node</h2>
                        <dl data-part="node">
                        %s</dl>
                        </section>
                        <section aria-labelledby="lag">
                        <h2 id="lag">Lag of the last ten minutes</h2>
                        <div data-part="lag">
                        %s</div>
                        <p class="quiet">The most of each five seconds in which somebody asked \
                        this node: a HEALTHCHECK, a probe, this page.</p>
                        </section>
                        <section aria-labelledby="log">
                        <h2 id="log">Log of the entrypoint, the newest line first</h2>
                        <ol data-part="log">
                        %s</ol>
                        </section>
                        </main>
                        <footer>
                        <p>As of <time data-part="time">%s</time> <button type="button" \
                        id="pause" hidden>Pause</button></p>
                        <p id="notice" role="alert"></p>
                        </footer>
                        <script>%s</script>
                        </body>
                        </html>
                        """,
                        name,
                        status.ready() ? "healthy" : "not healthy",
                        PageFiles.STYLE,
                        name,
                        mode,
                        status.ready() ? "well" : "ill",
                        Masks.apply(verdict()),
                        nodes(),
                        advice(),
                        facts(),
                        LagChart.of(lags, whoseLag()),
                        Html.all(log.stream().map(PageText::line)),
                        now.truncatedTo(ChronoUnit.SECONDS),
                        PageFiles.SCRIPT)
                .text();
    }

    private String verdict() {
        return status.ready() ? "healthy: " + role() : status.verdict();
    }

    private String role() {
        return status.server()
                .map(server ->
                        switch (server.position()) {
                            case Primary _ -> "primary";
                            case Standby _ -> "replica";
                        })
                .orElse("no server");
    }

    private String whoseLag() {
        return role().equals("primary")
                ? "WAL that the standby furthest behind has not replayed"
                : "WAL that this node has not replayed";
    }

    private Html nodes() {
        return switch (cluster) {
            case ClusterView.None(String why) -> Html.of("<p>%s</p>\n", Masks.apply(why));
            case ClusterView.Table table ->
                    Html.of(
                            """
                            <table>
                            <caption>All nodes as this one (*) sees them</caption>
                            <thead><tr>%s</tr></thead>
                            <tbody>
                            %s</tbody>
                            </table>
                            """,
                            Html.all(
                                    table.titles().stream()
                                            .map(title ->
                                                    Html.of("<th scope=\"col\">%s</th>", title))),
                            Html.all(table.lines().stream().map(PageText::row)));
        };
    }

    private Html advice() {
        return switch (cluster) {
            case ClusterView.None _ -> Html.NOTHING;
            case ClusterView.Table(_, _, List<String> advice) ->
                    Html.of("<h3>What to do</h3>%s", advice(advice));
        };
    }

    private static Html row(ClusterView.Line line) {
        List<String> cells = line.cells();
        return Html.of(
                "<tr class=\"%s\"><th scope=\"row\">%s</th>%s</tr>\n",
                line.well() ? "well" : "ill",
                cells.getFirst(),
                Html.all(
                        IntStream.range(1, cells.size())
                                .mapToObj(i -> Html.of("<td>%s</td>", cells.get(i)))));
    }

    private static Html advice(List<String> advice) {
        return advice.isEmpty()
                ? Html.of("<p class=\"quiet\">Nothing.</p>")
                : Html.of(
                        "<ul>%s</ul>",
                        Html.all(
                                advice.stream()
                                        .map(each -> Html.of("<li>%s</li>", Masks.apply(each)))));
    }

    private Html facts() {
        Progress.Moment progress = status.progress();
        Phase phase = progress.phase();
        String what = phase == Phase.RUNNING ? phase.meaning() : status.why();
        Html now =
                fact(
                        "Phase",
                        "%s, for %s: %s"
                                .formatted(phase.word(), Measures.time(progress.inPhase()), what));
        Html clone =
                phase == Phase.CLONING && progress.total() > 0 ? clone(progress) : Html.NOTHING;
        Html phases =
                fact(
                        "Time in phases",
                        progress.spent().entrySet().stream()
                                .map(spent ->
                                        "%s %s"
                                                .formatted(
                                                        spent.getKey().word(),
                                                        Measures.time(spent.getValue())))
                                .collect(Collectors.joining(", ")));
        return Html.all(
                Stream.of(
                        now,
                        clone,
                        status.server().map(this::server).orElse(Html.NOTHING),
                        fact("Replay", status.replayHeld().orElse(null)),
                        fact("Missing WAL", status.missingWal().orElse(null)),
                        phases));
    }

    private static Html clone(Progress.Moment progress) {
        return Html.of(
                """
                <dt>Clone</dt><dd><progress aria-label="Clone" max="%s" value="%s"></progress> \
                %s, %s of %s</dd>
                """,
                progress.total(),
                Math.min(progress.done(), progress.total()),
                Measures.share(progress.done(), progress.total()),
                Measures.bytes(progress.done()),
                Measures.bytes(progress.total()));
    }

    private Html server(ServerState server) {
        Html own =
                switch (server.position()) {
                    case Primary primary ->
                            Html.all(
                                    Stream.of(
                                            fact("Role", "primary"),
                                            fact("Timeline", server.timeline()),
                                            fact("Written to", primary.written()),
                                            fact("Standbys", standbys(server))));
                    case Standby standby ->
                            Html.all(
                                    Stream.of(
                                            fact("Role", "replica"),
                                            fact("Timeline", server.timeline()),
                                            fact("Replayed to", standby.replayed()),
                                            fact("Upstream", standby.upstream()),
                                            fact("WAL receiver", standby.receiver()),
                                            fact("Lag", lag(standby))));
                };
        return Html.of(
                "%s%s%s",
                own,
                fact("Server since", Instant.ofEpochSecond((long) server.startedAt())),
                fact("Not known", server.notAsked().orElse(null)));
    }

    private String standbys(ServerState server) {
        String connected = "%s connected".formatted(server.standbys().size());
        return status.disconnected().isEmpty()
                ? connected
                : "%s, missing: %s"
                        .formatted(
                                connected,
                                status.disconnected().stream()
                                        .map(ServerState.Disconnected::name)
                                        .collect(Collectors.joining(", ")));
    }

    private static @Nullable String lag(Standby standby) {
        Long bytes = standby.replay().lagBytes();
        Double seconds = standby.replay().lagSeconds();
        if (bytes == null) {
            return null;
        }
        return seconds == null
                ? Measures.bytes(bytes)
                : "%s, %s".formatted(Measures.bytes(bytes), Measures.seconds(seconds));
    }

    /// What is not known is left out.
    private static Html fact(String what, @Nullable Object value) {
        return value == null
                ? Html.NOTHING
                : Html.of("<dt>%s</dt><dd>%s</dd>\n", what, Masks.apply(String.valueOf(value)));
    }

    private static Html line(String line) {
        return Html.of(
                "<li class=\"%s\">%s</li>\n", LOUD.matcher(line).find() ? "loud" : "plain", line);
    }
}
