package io.pgentrypoint.probe;

import io.pgentrypoint.probe.ServerState.Primary;
import io.pgentrypoint.probe.ServerState.Standby;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What each path answers. 200 is yes, 503 is no, and the text says why.
final class Probes {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String FOR_PEOPLE = "/          this node and its cluster as a page\n";
    private static final String LIST =
            """
            /startupz  the server has been ready, or the start makes progress
            /livez     this process and the server are alive
            /readyz    a primary accepts writes, a replica streams; ?max_lag=10MB or 5s
            /primary   the same, for a primary only
            /replica   the same, for a replica only; ?max_lag=10MB or 5s
            /metrics   for Prometheus
            """;

    private final NodeProbe node;
    private final Supplier<Optional<String>> failure;
    private final Optional<Supplier<String>> people;

    /// @param failure the thread that this process cannot go on without, when it has ended
    /// @param people what they are shown, unless it is turned off
    Probes(NodeProbe node, Supplier<Optional<String>> failure, Optional<Supplier<String>> people) {
        this.node = node;
        this.failure = failure;
        this.people = people;
    }

    /// Whom an answer may wait for; what waits for less must not wait behind it.
    enum Wait {
        NOBODY,
        SERVER,
        OTHER_NODES
    }

    Wait waitsFor(String path) {
        return switch (path) {
            case "/" -> people.isPresent() ? Wait.OTHER_NODES : Wait.NOBODY;
            case "/readyz", "/primary", "/replica", "/metrics" -> Wait.SERVER;
            default -> Wait.NOBODY;
        };
    }

    /// @param fields of the answer besides those that each answer has
    record Page(int code, String type, String text, String fields) {

        Page(int code, String type, String text) {
            this(code, type, text, "");
        }

        static Page yes(String what) {
            return new Page(200, TEXT, what + "\n");
        }

        static Page no(String why) {
            return new Page(503, TEXT, why + "\n");
        }
    }

    /// @param query what follows the question mark, undecoded
    Page page(String path, @Nullable String query) {
        try {
            return switch (path) {
                case "/startupz" -> startup();
                case "/livez" -> liveness();
                case "/readyz" -> judged(node.status(), lag(query), "");
                case "/primary" -> judged(node.status(), MaxLag.ANY, "primary");
                case "/replica" -> judged(node.status(), lag(query), "replica");
                case "/metrics" -> new Page(200, Exposition.TYPE, Metrics.text(node.status()));
                case "/" -> people.map(Probes::shown).orElseGet(this::nothing);
                default -> nothing();
            };
        } catch (IllegalArgumentException e) {
            return new Page(400, TEXT, e.getMessage() + "\n");
        }
    }

    private static Page shown(Supplier<String> page) {
        return new Page(200, "text/html; charset=utf-8", page.get(), PageFiles.FIELDS);
    }

    private Page nothing() {
        return new Page(
                404,
                TEXT,
                "there is nothing at this path; there is\n%s%s"
                        .formatted(people.isPresent() ? FOR_PEOPLE : "", LIST));
    }

    private Page liveness() {
        return failure.get()
                .map(thread -> Page.no("the thread \"%s\" has ended".formatted(thread)))
                .orElseGet(
                        () -> node.alive() ? Page.yes("alive") : Page.no("the server has ended"));
    }

    private Page startup() {
        NodeProbe.Startup startup = node.startup();
        return startup.getsOn() ? Page.yes(startup.what()) : Page.no(startup.what());
    }

    /// @param wanted the one role that is asked for, or empty
    static Page judged(NodeStatus status, MaxLag limit, String wanted) {
        if (!status.ready() || status.server().isEmpty()) {
            return Page.no("not ready: " + status.why());
        }
        return switch (status.server().get().position()) {
            case Primary _ ->
                    wanted.equals("replica") ? Page.no("is a primary") : Page.yes("ready: primary");
            case Standby standby -> {
                if (wanted.equals("primary")) {
                    yield Page.no("is a replica");
                }
                yield limit.exceededBy(standby)
                        .map(why -> Page.no("not ready: " + why))
                        .orElseGet(() -> Page.yes("ready: replica"));
            }
        };
    }

    static MaxLag lag(@Nullable String query) {
        return MaxLag.parse(parameters(query, "max_lag"));
    }

    private static List<String> parameters(@Nullable String query, String name) {
        return Optional.ofNullable(query).stream()
                .flatMap(text -> Arrays.stream(text.split("&")))
                .filter(part -> part.startsWith(name + "="))
                .map(part ->
                        URLDecoder.decode(
                                part.substring(name.length() + 1), StandardCharsets.UTF_8))
                .toList();
    }
}
