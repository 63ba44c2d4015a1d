package dev.millrace.cli;

import dev.millrace.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Instant;

/** The {@code millrace} command. */
public final class Main {
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
    Instant started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    Cli cli = new Cli(Terminal.system(environment), environment, Path.of(""), stop, started);
    shutdown.exit(cli.run(args));
  }
}
