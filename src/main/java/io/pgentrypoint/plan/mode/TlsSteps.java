package io.pgentrypoint.plan.mode;

import io.pgentrypoint.observe.datadir.TlsFiles;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.plan.step.Planned;
import io.pgentrypoint.settings.ClientCertificate;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.ServerTls;
import io.pgentrypoint.settings.Settings;
import io.pgentrypoint.settings.TlsPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files by which the server takes TLS connections. They lie in the state directory, whichever
/// directory the cluster is built in.
final class TlsSteps {

    private final Layout layout;
    private final Optional<ServerTls> tls;

    TlsSteps(Settings settings) {
        this.layout = new Layout(settings.dataDirectory());
        this.tls = settings.tls();
    }

    List<Planned> steps(TlsFiles present) {
        List<Planned> steps = new ArrayList<>();
        if (tls.isEmpty()) {
            if (present.pair().isPresent() || present.authorities().isPresent()) {
                steps.add(
                        new Planned(
                                new Configure.RemoveTlsFiles(layout),
                                "neither TLS_CERT nor TLS is set any more"));
            }
            return steps;
        }
        tls.get()
                .pair()
                .map(pair -> given(pair, present))
                .orElseGet(() -> ownPair(tls.get().name(), present))
                .ifPresent(steps::add);
        tls.get()
                .authorities()
                .filter(text -> !present.authorities().equals(Optional.of(text)))
                .ifPresent(text ->
                        steps.add(
                                new Planned(
                                        new Configure.WriteClientAuthorities(layout, text),
                                        "TLS_CA has them")));
        return steps;
    }

    private Optional<Planned> given(TlsPair pair, TlsFiles present) {
        return present.pair().equals(Optional.of(pair))
                ? Optional.empty()
                : Optional.of(
                        new Planned(
                                new Configure.WriteTlsPair(layout, pair),
                                present.pair().isEmpty()
                                        ? "the server accepts a key of its own user with mode 0600 only"
                                        : "TLS_CERT and TLS_KEY have a new pair"));
    }

    private Optional<Planned> ownPair(String name, TlsFiles present) {
        return present.lasting()
                ? Optional.empty()
                : Optional.of(
                        new Planned(
                                new Configure.MakeSelfSigned(layout, name),
                                present.pair().isEmpty()
                                        ? "TLS=self-signed asks for one"
                                        : "the present one ends soon, or is none of its own"));
    }

    /// What the user's own rules allow against TLS_REQUIRE and TLS_CLIENT_AUTH.
    List<String> warnings(TlsFiles present) {
        List<String> warnings = new ArrayList<>();
        if (tls.filter(ServerTls::required).isPresent()) {
            present.plain().stream()
                    .findFirst()
                    .map(rule ->
                            """
                            pg_hba.conf, which is yours, lets clients in without TLS (%s): write \
                            hostssl in place of host, and reload\
                            """
                                    .formatted(rule))
                    .ifPresent(warnings::add);
        }
        tls.map(ServerTls::clients)
                .filter(clients -> clients != ClientCertificate.NONE)
                .ifPresent(clients ->
                        present.withoutCertificate().stream()
                                .findFirst()
                                .map(rule ->
                                        """
                                        pg_hba.conf, which is yours, lets clients in without a \
                                        certificate (%s): add clientcert=%s to the rule, and \
                                        reload\
                                        """
                                                .formatted(rule, clients.word()))
                                .ifPresent(warnings::add));
        return warnings;
    }
}
