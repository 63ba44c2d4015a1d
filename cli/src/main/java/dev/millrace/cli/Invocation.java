package dev.millrace.cli;

import dev.millrace.cli.config.Configuration;
import dev.millrace.cli.logging.Logging;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Output;
import dev.millrace.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a command works with.
 *
 * @param terminal where it writes
 * @param outInk colours of standard output
 * @param errInk colours of standard error
 * @param configuration the settings
 * @param folder the working folder
 * @param stop asks it to end
 * @param logging to write logs elsewhere for a while
 * @param started when the process began
 * @param commandLine as it was called, for what is written about a measurement
 */
record Invocation(
    Terminal terminal,
    Ink outInk,
    Ink errInk,
    Configuration configuration,
    Path folder,
    StopSignal stop,
    Logging logging,
    Instant started,
    String commandLine) {

  Output out() {
    return terminal.out();
  }

  Output err() {
    return terminal.err();
  }

  /** The data folder. */
  Path data() {
    return folder.resolve(configuration.data());
  }

  /** A path that the user gave, from the working folder. */
  Path path(String text) {
    return folder.resolve(text);
  }

  /** Prints lines to standard output. */
  void print(List<String> lines) {
    lines.forEach(out()::line);
  }
}
