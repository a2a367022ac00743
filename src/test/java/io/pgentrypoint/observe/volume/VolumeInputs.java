package io.pgentrypoint.observe.volume;

import io.pgentrypoint.ForeignInput;
import java.nio.file.Path;
import java.util.List;

public final class VolumeInputs {

    private VolumeInputs() {}

    public static List<ForeignInput> all() {
        return List.of(
                ForeignInput.of(
                        "heartbeat",
                        text ->
                                LockOwner.parse(text)
                                        .ifPresent(lockOwner -> {
                                            String _ =
                                                    lockOwner.describe() + lockOwner.beat().text();
                                            boolean _ =
                                                    lockOwner.isSame(
                                                            LockOwnerReader.ourselves(true));
                                        }),
                        LockOwnerReader.ourselves(true).text()),
                ForeignInput.of(
                        "mountinfo",
                        text -> {
                            Mounts mounts = Mounts.parse(text);
                            mounts.of(Path.of("/var/lib/postgresql/data"));
                            mounts.below(Path.of("/var"));
                            LockOwnerReader.container(text);
                        },
                        "36 35 98:0 /root /var/lib\\040x rw,noatime master:1 - ext4 /dev/r rw\n",
                        "1 2 0:3 /docker/%s/hostname /etc/hostname rw - ext4 /dev/r rw\n"
                                .formatted("0a".repeat(32))));
    }
}
