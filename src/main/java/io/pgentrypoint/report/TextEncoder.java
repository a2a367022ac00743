package io.pgentrypoint.report;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Our own log lines as people read them. Not a pattern of Logback: the VM would link a lambda for
/// each of the thirty words that a pattern may have.
final class TextEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

    private static final LogTime TIME = new LogTime();

    // A value of several lines must not look like an event of its own.
    private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]+");

    private static final int LEVEL_WIDTH = 5;

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        TIME.appendTo(line, event.getInstant(), Logging.zone());
        String level = event.getLevel().toString();
        line.append(" [entrypoint] ").append(level);
        line.repeat(' ', Math.max(0, LEVEL_WIDTH - level.length()) + 1);
        String message = Masks.apply(event.getFormattedMessage());
        line.append(LINE_ENDS.matcher(message).replaceAll("; ")).append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(Masks.apply(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return RecentLines.kept(line.toString().getBytes(StandardCharsets.UTF_8));
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
