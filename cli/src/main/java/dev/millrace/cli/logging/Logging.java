package dev.millrace.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.millrace.cli.config.Configuration;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.terminal.Output;
import dev.millrace.cli.terminal.OutputException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Logs while a command runs. */
public final class Logging implements AutoCloseable {
  /** Says four lines at each start that say no more than our own. */
  private static final String HTTP_SERVER = "io.helidon";

  private final LoggerContext context;
  private volatile Consumer<String> sink;
  private final Output err;

  private Logging(LoggerContext context, Output err) {
    this.context = context;
    this.err = err;
    this.sink = err::line;
  }

  /** Logs to standard error, as the settings say. */
  public static Logging start(Configuration configuration, Output err) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Logging logging = new Logging(context, err);
    boolean json =
        switch (configuration.word(Setting.LOG_FORMAT)) {
          case "json" -> true;
          case "text" -> false;
          default -> !err.isTerminal();
        };
    Function<ILoggingEvent, String> layout = json ? JsonLayout::line : TextLayout::line;
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            logging.append(layout.apply(event));
          }
        };
    appender.setContext(context);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(configuration.word(Setting.LOG_LEVEL), err));
    root.addAppender(appender);
    Logger server = context.getLogger(HTTP_SERVER);
    if (root.getLevel() == Level.INFO) {
      server.setLevel(Level.WARN);
    }
    return logging;
  }

  private static Level level(String word, Output err) {
    return word.equals("auto") ? err.isTerminal() ? Level.WARN : Level.INFO : Level.toLevel(word);
  }

  private void append(String line) {
    try {
      sink.accept(line);
      err.flush();
    } catch (OutputException e) {
      sink = lost -> {}; // standard error is gone: what the command does matters more
    }
  }

  /** Gives lines to somebody else, who draws on the terminal; null: writes them again. */
  public void divert(@Nullable Consumer<String> receiver) {
    sink = receiver != null ? receiver : err::line;
  }

  @Override
  public void close() {
    context.reset();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }
}
