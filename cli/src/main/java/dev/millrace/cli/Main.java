package dev.millrace.cli;

import dev.millrace.cli.terminal.Terminal;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;

/** The {@code millrace} command. */
public final class Main {
  private static final String STARTED = "millrace.started";

  private Main() {}

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args see {@code millrace --help}
   */
  public static void main(String[] args) {
    var environment = System.getenv();
    StopSignal stop = new StopSignal();
    Shutdown shutdown = Shutdown.install(stop);
    Cli cli = new Cli(Terminal.system(environment), environment, Path.of(""), stop, started());
    shutdown.exit(cli.run(args));
  }

  /** When the user called: the script says it in seconds, so that the JVM's own start counts. */
  private static Instant started() {
    String seconds = System.getProperty(STARTED, "");
    Instant now = Instant.now();
    if (!seconds.matches("\\d{1,12}\\.\\d{1,9}")) {
      return now;
    }
    Instant started =
        Instant.EPOCH.plusNanos(new BigDecimal(seconds).movePointRight(9).longValue());
    return started.isAfter(now) ? now : started;
  }
}
