package io.pgentrypoint.cli;

import io.pgentrypoint.probe.StatusClient;
import io.pgentrypoint.report.InvalidSettings;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// All nodes of a native cluster, as this node sees them.
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "Ask every node of the cluster for role, state, timeline and lag.")
final class ClusterCommand implements Callable<Integer> {

    private static final Duration BETWEEN = Duration.ofSeconds(2);

    /// Erases the screen and goes to its beginning (ECMA-48: CUP, ED).
    private static final String NEW_PAGE = "\033[H\033[2J";

    @Spec private CommandSpec spec;

    @Option(names = "--format", description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Option(names = "--watch", description = "Ask again every two seconds, until Ctrl-C.")
    private boolean watch;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Settings settings = SystemEnvironment.settings(List.of());
            ClusterNodes nodes = ClusterNodes.of(settings);
            boolean page = watch && Ansi.AUTO.enabled();
            do {
                ClusterTable table = nodes.look(() -> status(settings));
                String text =
                        switch (format) {
                            case TEXT -> String.join("\n", lines(table));
                            case JSON -> Json.text(document(table));
                        };
                out.println(page ? NEW_PAGE + text : text);
                out.flush();
            } while (watch && pause());
            return 0;
        } catch (InvalidSettings invalid) {
            return FailureReport.say(invalid);
        } catch (Refusal refusal) {
            return FailureReport.say(refusal);
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(BETWEEN);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Optional<String> status(Settings settings) {
        try {
            return Optional.of(StatusClient.ask(settings.port()).document());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static List<String> lines(ClusterTable table) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(
                ClusterTable.TITLES.stream().map(title -> title.toUpperCase(Locale.ROOT)).toList());
        table.rows().forEach(row -> cells.add(row.cells()));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            String line = line(cells.get(i), cells);
            boolean marked = i > 0 && !table.rows().get(i - 1).state().isWell();
            lines.add(marked ? Ansi.AUTO.string("@|yellow " + line + "|@") : line);
        }
        if (!table.advice().isEmpty()) {
            lines.add("");
            lines.addAll(table.advice());
        }
        return lines;
    }

    /// Each column as wide as its widest cell.
    private static String line(List<String> cells, List<List<String>> all) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            int at = column;
            int width = all.stream().mapToInt(row -> row.get(at).length()).max().orElse(0);
            line.append(cells.get(column)).repeat(' ', width - cells.get(column).length() + 2);
        }
        return line.toString().stripTrailing();
    }

    private static Map<String, Object> document(ClusterTable table) {
        return Json.object(
                "nodes",
                table.rows().stream().map(ClusterCommand::document).toList(),
                "advice",
                table.advice());
    }

    /// What is not known is absent.
    private static Map<String, @Nullable Object> document(ClusterTable.Row row) {
        Map<String, @Nullable Object> node = new LinkedHashMap<>();
        node.put("node", row.node());
        node.put("here", row.here());
        node.put("role", row.role());
        node.put("state", row.state().word());
        node.put("timeline", row.timeline());
        node.put("lagBytes", row.lagBytes());
        node.put("lagSeconds", row.lagSeconds());
        node.put("since", row.since());
        node.put("position", row.position());
        node.values().removeIf(value -> value == null);
        return node;
    }
}
