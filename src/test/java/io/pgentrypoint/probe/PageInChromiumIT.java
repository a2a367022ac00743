package io.pgentrypoint.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.pgentrypoint.kit.Limits;
import io.pgentrypoint.kit.RealCluster;
import io.pgentrypoint.process.StopRequest;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/// The page in a real browser. Its pictures stay in `target/page`.
class PageInChromiumIT {

    private static final List<String> BROWSERS =
            List.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
    private static final Path PICTURES = Path.of("target/page").toAbsolutePath();

    private final AtomicInteger looks = new AtomicInteger();

    /// @param picture what it drew
    /// @param document what its script has made of the page
    /// @param console what the browser complained of
    private record Seen(BufferedImage picture, String document, String console) {

        int brightness() {
            int color = picture.getRGB(2, 2);
            return ((color >> 16 & 255) + (color >> 8 & 255) + (color & 255)) / 3;
        }
    }

    /// The table comes with the second look.
    private String page() {
        return looks.incrementAndGet() == 1
                ? Pages.of(Nodes.primary(), new ClusterView.None("Not yet."))
                : Pages.primary();
    }

    private static String browser() {
        String path = System.getenv().getOrDefault("PATH", "");
        return BROWSERS.stream()
                .flatMap(name ->
                        Stream.of(path.split(File.pathSeparator, -1))
                                .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(PageInChromiumIT::none);
    }

    private static String none() {
        String what = "no Chromium here: install the package chromium-headless-shell";
        if (!System.getenv().getOrDefault("CI", "").isEmpty()) {
            throw new IllegalStateException("cannot show the page to a browser: " + what);
        }
        System.err.println("THE TEST OF THE PAGE IN A BROWSER IS LEFT OUT: " + what);
        return abort(what);
    }

    /// @param scheme the preferred one: 0 is dark, 1 is light
    private static Seen look(String browser, int port, String name, int scheme, int width)
            throws IOException, InterruptedException {
        Path picture = PICTURES.resolve(name + ".png");
        Files.createDirectories(PICTURES);
        Files.deleteIfExists(picture);
        Path document = PICTURES.resolve(name + ".dom.html");
        Path console = PICTURES.resolve(name + ".console");
        ProcessBuilder command =
                new ProcessBuilder(
                                browser,
                                "--headless",
                                // For root. The page is our own.
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--hide-scrollbars",
                                "--no-first-run",
                                "--enable-logging=stderr",
                                "--user-data-dir=" + PICTURES.resolve("profile"),
                                // A clock of its own: it stands still while an answer is awaited.
                                "--virtual-time-budget=8000",
                                "--blink-settings=preferredColorScheme=" + scheme,
                                "--window-size=%d,%d".formatted(width, width < 600 ? 1800 : 1250),
                                "--screenshot=" + picture,
                                "--dump-dom",
                                "http://127.0.0.1:%d/".formatted(port))
                        .redirectOutput(document.toFile())
                        .redirectError(console.toFile());
        command.environment().put("HOME", PICTURES.toString());
        command.environment().put("LC_ALL", "C.UTF-8");
        command.environment().put("TZ", "UTC");
        Process process = command.start();
        try {
            assertThat(process.waitFor(Limits.WAIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the browser ends: %s", console)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(console)).isZero();
        return new Seen(
                ImageIO.read(picture.toFile()),
                Files.readString(document),
                Files.readString(console));
    }

    @Test
    void it_renews_itself_within_its_policy_in_the_dark_and_in_the_light()
            throws IOException, InterruptedException {
        String browser = browser();
        int port = RealCluster.freePort();
        ProbeServer.serve(
                Listener.start(),
                port,
                ProbeServerTest.node(),
                new StopRequest()::failure,
                Optional.of(this::page));

        Seen dark = look(browser, port, "dark", 0, 1000);
        assertThat(dark.document())
                .contains("data-refreshed=\"yes\"", "<caption>", "db3 does not answer")
                .doesNotContain("Not yet.")
                .containsPattern("<button type=\"button\" id=\"pause\">")
                .containsPattern("<p id=\"notice\" role=\"alert\"></p>");
        assertThat(looks).hasValueGreaterThanOrEqualTo(2);
        assertThat(dark.brightness()).isLessThan(60);

        Seen light = look(browser, port, "light", 1, 1000);
        assertThat(light.brightness()).isGreaterThan(200);
        Seen phone = look(browser, port, "phone", 1, 420);
        assertThat(phone.picture().getWidth()).isEqualTo(420);
        assertThat(Stream.of(dark, light, phone).map(Seen::console))
                .as("what is written to the console, as each breach of the policy is")
                .noneMatch(console -> console.contains("CONSOLE"));
    }
}
