package io.pgentrypoint.observe.datadir;

import io.pgentrypoint.observe.postgres.FileBytes;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.TlsPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a volume has for the TLS of its server.
///
/// @param pair the copies that the server reads; also one that it made itself
/// @param lasting whether that pair is one that it made itself, and that does not end soon
/// @param authorities those that sign the certificates of clients
/// @param rules of the user's pg_hba.conf: those that let in clients of other machines
public record TlsFiles(
        Optional<TlsPair> pair, boolean lasting, Optional<String> authorities, List<String> rules) {

    private static final Duration SOON = Duration.ofDays(30);

    private static final Set<String> LOOPBACK =
            Set.of("127.0.0.1/32", "::1/128", "127.0.0.1", "::1", "localhost", "samehost");

    public TlsFiles {
        rules = List.copyOf(rules);
    }

    public static TlsFiles none() {
        return new TlsFiles(Optional.empty(), false, Optional.empty(), List.of());
    }

    /// @param hbaConf the whole text
    static TlsFiles read(Layout layout, String hbaConf) {
        Optional<TlsPair> pair = pair(layout);
        return new TlsFiles(
                pair,
                pair.filter(TlsFiles::lasts).isPresent(),
                FileBytes.utf8(layout.clientAuthorities()),
                rules(hbaConf));
    }

    private static boolean lasts(TlsPair pair) {
        return pair.selfSigned()
                && pair.end().filter(end -> end.isAfter(Instant.now().plus(SOON))).isPresent();
    }

    /// Whether a server with a certificate of its own should have a new one.
    public static boolean isToBeRenewed(Layout layout) {
        return pair(layout).filter(TlsFiles::lasts).isEmpty();
    }

    /// When the certificate ends that the server reads; empty where there is none.
    public static Optional<Instant> end(Layout layout) {
        return FileBytes.utf8(layout.serverCertificate()).flatMap(TlsPair::endOf);
    }

    /// Half of a pair is none.
    private static Optional<TlsPair> pair(Layout layout) {
        return FileBytes.utf8(layout.serverCertificate())
                .flatMap(certificate ->
                        FileBytes.utf8(layout.serverKey())
                                .map(key -> new TlsPair(certificate, new Secret(key))));
    }

    private static List<String> rules(String hbaConf) {
        String users =
                ManagedBlock.in(hbaConf)
                        .map(block ->
                                hbaConf.substring(0, block.start())
                                        + hbaConf.substring(block.end()))
                        .orElse(hbaConf);
        return users.lines().map(String::strip).filter(TlsFiles::letsIn).toList();
    }

    private static boolean letsIn(String line) {
        List<String> words = List.of(line.split("\\s+", -1));
        return words.size() > 4
                && Set.of("host", "hostssl", "hostnossl").contains(words.getFirst())
                && !words.contains("reject")
                && !LOOPBACK.contains(words.get(3));
    }

    /// Rules by which a client comes in without TLS.
    public List<String> plain() {
        return rules.stream().filter(rule -> !rule.startsWith("hostssl")).toList();
    }

    /// Rules by which a client comes in without a certificate.
    public List<String> withoutCertificate() {
        return rules.stream()
                .filter(rule ->
                        !rule.contains("clientcert=")
                                && !Stream.of(rule.split("\\s+", -1)).toList().contains("cert"))
                .toList();
    }
}
