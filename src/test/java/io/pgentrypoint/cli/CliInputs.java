package io.pgentrypoint.cli;

import io.pgentrypoint.ForeignInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

public final class CliInputs {

    private CliInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                                "status-document",
                                text -> StatusText.lines(text),
                                """
                                {"phase":"running","healthy":true,"secondsInPhase":3.5,"role":"primary",
                                 "timeline":2,"wal":"0/5000000","serverStartedAt":"2026-01-01T00:00:00Z",
                                 "standbys":[{"name":"r1","state":"streaming","sync":"async",
                                              "lagBytes":2048,"lagSeconds":2.43E-4}],
                                 "slots":[{"name":"r1","type":"physical","active":true}],
                                 "patroni":{"role":"x","state":"y"},
                                 "clone":{"doneBytes":1,"totalBytes":2},
                                 "secondsByPhase":{"starting":0.3}}
                                """)
                        .refusing(IOException.class),
                ForeignInput.of(
                        "log-zone", LogZone::in, "log_timezone = 'UTC'\n", "log_timezone UTC # x"),
                ForeignInput.of(
                        "order-words",
                        text -> PromoteControl.misunderstood(Arrays.asList(text.split(" "))),
                        "60 even-if-primary-answers",
                        "60"),
                ForeignInput.of(
                        "switchover-words",
                        text -> SwitchoverControl.misunderstood(Arrays.asList(text.split(" "))),
                        "do db2",
                        "print"),
                ForeignInput.of(
                        "upgrade-words",
                        text -> UpgradeControl.misunderstood(Arrays.asList(text.split(" "))),
                        "finish do",
                        "revert print"));
    }
}
