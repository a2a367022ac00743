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
                        "12\n/data\n1700000000\n5432\n/var/run/postgresql\n*\n  5432001 3\nready\n"));
    }
}
