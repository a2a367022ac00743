package io.pgentrypoint.report;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.Instant;
import java.time.ZoneId;
import org.slf4j.LoggerFactory;

/// Logback, set up in code: a configuration file costs a third of the start for nothing. Everything
/// goes to stderr, one event a line; stdout is for data and for the two lines of the official
/// image.
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {

    private static volatile ZoneId zone = ZoneId.of("UTC");
    private static volatile LogFormat current = LogFormat.TEXT;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        install(context, "info", LogFormat.TEXT);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /// Called once the settings are known; what was logged before was text at level info.
    public static void configure(String level, LogFormat format) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            install(context, level, format);
        }
    }

    /// A line for stdout, which has no logger.
    public static String json(String message) {
        return new JsonLine(Instant.now(), "INFO", "entrypoint", message).text();
    }

    /// Whether stderr may have something that is no object.
    static boolean isText() {
        return current == LogFormat.TEXT;
    }

    /// For text from now on: the zone of the server's lines, so that both sort together.
    public static void zone(ZoneId ofServer) {
        zone = ofServer;
    }

    static ZoneId zone() {
        return zone;
    }

    private static void install(LoggerContext context, String level, LogFormat format) {
        current = format;
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(
                switch (format) {
                    case TEXT -> text(context);
                    case JSON -> json(context);
                });
        stderr.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        context.getLogger("io.pgentrypoint").setLevel(Level.toLevel(level, Level.INFO));
        // The driver logs each failed attempt with its stack; we say the reason once ourselves.
        context.getLogger("org.postgresql").setLevel(Level.OFF);
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        TextEncoder encoder = new TextEncoder();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
