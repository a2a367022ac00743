package io.pgentrypoint.execute;

import io.pgentrypoint.execute.files.AtomicFiles;
import io.pgentrypoint.execute.files.FileTree;
import io.pgentrypoint.plan.step.Configure;
import io.pgentrypoint.process.Command;
import io.pgentrypoint.process.Outcome;
import io.pgentrypoint.process.Programs;
import io.pgentrypoint.report.InputFile;
import io.pgentrypoint.report.Secret;
import io.pgentrypoint.settings.TlsPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A key and a certificate that no authority has signed, by the program openssl. The key is never
/// readable by others: it is made in a private directory, and read from there.
final class SelfSigned {

    private SelfSigned() {}

    static void make(
            Configure.MakeSelfSigned step, Programs programs, Map<String, String> environment)
            throws IOException {
        Path directory = step.layout().newPair();
        FileTree.delete(directory);
        AtomicFiles.createPrivate(step.layout().stateDirectory());
        AtomicFiles.createPrivate(directory);
        try {
            Path key = directory.resolve("key");
            Path certificate = directory.resolve("crt");
            Outcome outcome =
                    programs.run(
                            new Command(
                                    "openssl",
                                    List.of(
                                            "openssl",
                                            "req",
                                            "-x509",
                                            "-newkey",
                                            "ec",
                                            "-pkeyopt",
                                            "ec_paramgen_curve:P-256",
                                            "-nodes",
                                            "-days",
                                            "365",
                                            "-subj",
                                            "/CN=" + step.name(),
                                            "-addext",
                                            "subjectAltName=DNS:%s,DNS:localhost"
                                                    .formatted(step.name()),
                                            "-keyout",
                                            key.toString(),
                                            "-out",
                                            certificate.toString()),
                                    environment));
            if (!outcome.succeeded()) {
                throw Refusals.notSelfSigned(outcome.stderr().strip().replace("\n", "; "));
            }
            ServerTlsFiles.write(
                    new Configure.WriteTlsPair(
                            step.layout(),
                            new TlsPair(
                                    InputFile.utf8(certificate), new Secret(InputFile.utf8(key)))));
        } finally {
            FileTree.delete(directory);
        }
    }
}
