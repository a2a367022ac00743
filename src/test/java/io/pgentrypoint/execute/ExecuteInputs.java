package io.pgentrypoint.execute;

import io.pgentrypoint.ForeignInput;
import io.pgentrypoint.report.Progress;
import java.util.List;

public final class ExecuteInputs {

    private ExecuteInputs() {}

    public static List<ForeignInput> all() {
        CloneProgress progress = new CloneProgress(new Progress());
        return List.of(
                ForeignInput.of(
                        "pg_basebackup-progress",
                        text -> {
                            if (CloneProgress.isProgress(text)) {
                                progress.line(text);
                            }
                        },
                        "  41237/98214 kB (41%), 0/1 tablespace"));
    }
}
