package io.pgentrypoint.run;

import io.pgentrypoint.observe.datadir.TlsFiles;
import io.pgentrypoint.process.StopRequest;
import io.pgentrypoint.process.Stopped;
import io.pgentrypoint.report.Refusal;
import io.pgentrypoint.settings.Layout;
import io.pgentrypoint.settings.ServerTls;
import io.pgentrypoint.settings.WatchedFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks whether the files of the server's certificate have changed. No notification of the kernel
/// tells of what a network's file system or a renamed link brings.
final class TlsWatch {

    private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);

    /// A change is seen twice, since two files change one after the other: 10 s at most.
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /// At a certificate of the server's own, which is renewed a month before it ends.
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

    private final ServerTls tls;
    private final Layout layout;
    private final StopRequest stop;
    private final BooleanSupplier goesOn;
    private List<WatchedFile> taken;
    private List<WatchedFile> last;
    private Instant looked = Instant.now();

    /// @param goesOn whether the server still runs
    TlsWatch(ServerTls tls, Layout layout, StopRequest stop, BooleanSupplier goesOn) {
        this.tls = tls;
        this.layout = layout;
        this.stop = stop;
        this.goesOn = goesOn;
        this.taken = tls.files();
        this.last = taken;
    }

    /// @param busy whether a reload would be turned away now
    void start(BooleanSupplier busy, Runnable reload) {
        Thread.ofPlatform()
                .daemon()
                .name("certificate")
                .start(() -> {
                    try {
                        watch(busy, reload);
                    } catch (Stopped e) {
                        LOG.debug("A stop came first", e);
                    }
                });
    }

    private void watch(BooleanSupplier busy, Runnable reload) {
        while (true) {
            stop.pause(PAUSE);
            stop.throwIfRequested();
            if (!goesOn.getAsBoolean()) {
                return;
            }
            if (!busy.getAsBoolean() && (changed() || ending())) {
                reload.run();
            }
        }
    }

    /// Once for each change, whatever comes of it.
    private boolean changed() {
        List<WatchedFile> now = taken.stream().map(WatchedFile::again).toList();
        boolean settled = now.equals(last) && !now.equals(taken);
        last = now;
        if (settled) {
            taken = now;
            LOG.info("The files of the server's certificate have changed");
        }
        return settled;
    }

    private boolean ending() {
        Instant now = Instant.now();
        if (tls.pair().isPresent() || looked.isAfter(now.minus(BETWEEN_LOOKS))) {
            return false;
        }
        looked = now;
        try {
            return TlsFiles.isToBeRenewed(layout);
        } catch (Refusal e) {
            LOG.debug("Cannot look at the server's own certificate", e);
            return false;
        }
    }
}
