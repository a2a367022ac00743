package io.pgentrypoint.observe;

import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.patroni.Dcs;
import io.pgentrypoint.patroni.DcsReader;
import io.pgentrypoint.patroni.PatroniEnvironment;
import io.pgentrypoint.patroni.PatroniText;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.mode.Mode;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Looks for Patroni: in the data directory, in the image, and in its DCS.
final class PatroniEnvironmentReader {

    private static final Pattern SETTING =
            Pattern.compile(
                    "\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*[=\\s]\\s*'?([^'#]*).*", Pattern.DOTALL);
    private static final Pattern PRELOADED =
            Pattern.compile("(?m)^\\h*shared_preload_libraries\\h*=\\h*'[^'\n]*\\bcitus\\b");
    private static final Set<String> HARMFUL =
            Set.of("synchronous_standby_names", "recovery_min_apply_delay");
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/var/run/postgresql"),
                    Path.of(System.getProperty("java.io.tmpdir", "/tmp")));

    private final Settings settings;
    private final Programs programs;
    private final Duration timeout;

    PatroniEnvironmentReader(Settings settings, Programs programs, Duration timeout) {
        this.settings = settings;
        this.programs = programs;
        this.timeout = timeout;
    }

    /// @param asking whether the DCS is asked, which takes time
    PatroniEnvironment read(boolean asking) {
        Layout layout = new Layout(settings.dataDirectory());
        boolean patronis = FileBytes.exists(layout.patroniBaseConf());
        return new PatroniEnvironment(
                patronis,
                patronis && isOwn(layout.postgresqlConf()),
                FileBytes.exists(layout.patroniDynamicConfiguration()),
                FileBytes.exists(layout.stateDirectory()),
                patronis ? citus(text(layout.postgresqlConf())) : Optional.empty(),
                harmful(text(patronis ? layout.patroniBaseConf() : layout.postgresqlConf())),
                settings.mode() instanceof Mode.Patroni
                        ? Optional.of(member(asking))
                        : Optional.empty());
    }

    /// It renames the user's file and then writes its own, so a killed one leaves none or an empty
    /// one.
    private static boolean isOwn(Path conf) {
        String text = text(conf);
        return !text.isBlank() && !PatroniText.begins(text);
    }

    /// Of one that a killed Patroni has left nothing can be said.
    private static Optional<Boolean> citus(String conf) {
        return PatroniText.begins(conf)
                ? Optional.of(PRELOADED.matcher(conf).find())
                : Optional.empty();
    }

    private static String text(Path conf) {
        return FileBytes.read(conf)
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .orElse("");
    }

    private PatroniEnvironment.Member member(boolean asking) {
        Dcs dcs =
                asking
                        ? settings.dcs()
                                .map(address ->
                                        programs.orStop(() -> DcsReader.ask(address, timeout)))
                                .orElse(new Dcs.Unread())
                        : new Dcs.Unread();
        return new PatroniEnvironment.Member(
                dcs, programs.orStop(PatroniEnvironmentReader::address), directory(), program());
    }

    private Path directory() {
        return PLACES.stream()
                .filter(Files::isWritable)
                .findFirst()
                .orElse(PLACES.getLast())
                .resolve("entrypoint-patroni-" + settings.port());
    }

    private Optional<Path> program() {
        return Stream.of(settings.childEnvironment().getOrDefault("PATH", "").split(":", -1))
                .filter(entry -> entry.startsWith("/"))
                .map(entry -> Path.of(entry).resolve("patroni"))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /// The address that our host name has, as a container's has in its /etc/hosts. Other members
    /// may not know the name: Docker gives them only those of services and containers.
    private static String address() {
        try {
            InetAddress own = InetAddress.getLocalHost();
            if (!own.isLoopbackAddress()) {
                return own.getHostAddress();
            }
        } catch (IOException e) {
            // Its name means nothing here: the network cards know the address.
        }
        try (Stream<NetworkInterface> cards = NetworkInterface.networkInterfaces()) {
            List<InetAddress> all =
                    cards.flatMap(NetworkInterface::inetAddresses)
                            .filter(one -> !one.isLoopbackAddress() && !one.isLinkLocalAddress())
                            .toList();
            return all.stream()
                    .filter(Inet4Address.class::isInstance)
                    .findFirst()
                    .or(() -> all.stream().findFirst())
                    .map(InetAddress::getHostAddress)
                    .orElse("127.0.0.1");
        } catch (IOException e) {
            return "127.0.0.1";
        }
    }

    static Set<String> harmful(String conf) {
        return conf.lines()
                .map(SETTING::matcher)
                .filter(Matcher::matches)
                .filter(match -> !match.group(2).isBlank() && !match.group(2).strip().equals("0"))
                .map(match -> match.group(1).toLowerCase(Locale.ROOT))
                .filter(HARMFUL::contains)
                .collect(Collectors.toSet());
    }
}
