package io.pgentrypoint.connect;

import io.pgentrypoint.ForeignInput;
import java.util.List;

public final class ConnectInputs {

    private ConnectInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                        "postmaster.pid",
                        text -> {
                            var _ =
                                    PostmasterFile.parse(text)
                                            .map(file -> file.server().socketFile());
                        },
                        "12\n/data\n1700000000\n5432\n/var/run/postgresql\n*\n  5432001 3\nready\n"),
                ForeignInput.of(
                        "succession",
                        text -> {
                            var _ = Succession.Question.parse(text);
                            var _ = Succession.idOf(text);
                            var _ = Succession.allows(text, "0123456789abcdef01234567");
                        },
                        "successor 0123456789abcdef01234567 0/3000148",
                        "pg_entrypoint_successor_0123456789abcdef01234567",
                        "allowed 0123456789abcdef0123456789abcdef"),
                ForeignInput.of(
                        "startup-packet",
                        text ->
                                NotReadyServer.name(
                                        text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        "user\0a\0application_name\0successor\0\0"));
    }
}
