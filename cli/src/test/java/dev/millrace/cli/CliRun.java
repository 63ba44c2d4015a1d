package dev.millrace.cli;

import dev.millrace.cli.terminal.Output;
import dev.millrace.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands in this process, and keeps what they write. */
final class CliRun {
  final StopSignal stop = new StopSignal();
  final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private OutputStream outStream = outBytes;
  private boolean terminal;
  int code = -1;

  private CliRun(Path folder) {
    this.folder = folder;
  }

  static CliRun in(Path folder) {
    return new CliRun(folder);
  }

  CliRun with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CliRun onTerminal() {
    terminal = true;
    return this;
  }

  CliRun writingTo(OutputStream out) {
    outStream = out;
    return this;
  }

  CliRun run(String... args) {
    Terminal streams =
        new Terminal(
            new Output("standard output", outStream, terminal),
            new Output("standard error", errBytes, terminal),
            () -> Terminal.DEFAULT_COLUMNS);
    code = new Cli(streams, environment, folder, stop, Instant.now()).run(args);
    return this;
  }

  String out() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  List<String> outLines() {
    return out().lines().toList();
  }

  /** Standard error without logs, which are JSON objects when it is not a terminal. */
  String errWithoutLogs() {
    StringBuilder text = new StringBuilder();
    err()
        .lines()
        .filter(line -> !line.startsWith("{"))
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
