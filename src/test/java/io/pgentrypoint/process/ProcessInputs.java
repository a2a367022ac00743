package io.pgentrypoint.process;

import io.pgentrypoint.ForeignInput;
import java.util.List;

public final class ProcessInputs {

    private ProcessInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                        "passwd",
                        text -> text.lines().forEach(line -> Identity.parse(line)),
                        "root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/x\n",
                        "+::::::\n"));
    }
}
