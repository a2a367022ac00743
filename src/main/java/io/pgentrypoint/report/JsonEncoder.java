package io.pgentrypoint.report;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/// Our own log lines as objects.
final class JsonEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonLine line =
                new JsonLine(
                        event.getInstant(),
                        event.getLevel().toString(),
                        "entrypoint",
                        Masks.apply(event.getFormattedMessage()));
        if (event.getThrowableProxy() != null) {
            line.with("stack", Masks.apply(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return RecentLines.kept((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
