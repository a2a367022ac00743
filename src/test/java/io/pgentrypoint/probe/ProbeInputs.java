package io.pgentrypoint.probe;

import io.pgentrypoint.ForeignInput;
import java.util.List;

public final class ProbeInputs {

    private ProbeInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                                "max_lag",
                                text -> Probes.lag(text),
                                "max_lag=10MB&max_lag=5s",
                                "max_lag=10%20kB&x=y")
                        .refusing(IllegalArgumentException.class));
    }
}
