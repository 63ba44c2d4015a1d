package dev.millrace.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** A log event as a line to be read, with the trace of a failure below it. */
final class TextLayout {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  private TextLayout() {}

  static String line(ILoggingEvent event) {
    String logger = event.getLoggerName();
    StringBuilder line = new StringBuilder();
    line.append(TIME.format(event.getInstant()));
    line.append(String.format(Locale.ROOT, " %-5s ", event.getLevel()));
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    line.append(event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> line.append(' ').append(pair.key).append('=').append(pair.value));
    }
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      line.append('\n').append(ThrowableProxyUtil.asString(failure).stripTrailing());
    }
    return line.toString();
  }
}
