package dev.millrace.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The command in a process of its own, which can be stopped and killed. */
final class ChildProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final BufferedReader out;
  private final Path err;
  private final List<String> lines = new ArrayList<>();

  private ChildProcess(Process process, Path err) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.err = err;
  }

  static ChildProcess start(Path folder, String... arguments) throws IOException {
    Path err = Files.createTempFile(folder, "standard-error-", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // a short life
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.millrace.cli.Main");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    builder.redirectError(Redirect.to(err.toFile()));
    return new ChildProcess(builder.start(), err);
  }

  /** Reads lines until one matches. */
  String awaitLine(String regex) throws IOException {
    Pattern pattern = Pattern.compile(regex);
    String line;
    while ((line = out.readLine()) != null) {
      lines.add(line);
      if (pattern.matcher(line).find()) {
        return line;
      }
    }
    throw new AssertionError("no line has " + regex + ": " + lines + "\n" + err());
  }

  /** Reads what is left, and waits for the end. */
  int awaitExit() throws IOException, InterruptedException {
    String line;
    while ((line = out.readLine()) != null) {
      lines.add(line);
    }
    return awaitExitWithoutReading();
  }

  int awaitExitWithoutReading() throws InterruptedException, IOException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still runs after " + PATIENCE_SECONDS + " s: " + err());
    }
    return process.exitValue();
  }

  /** Whether it ends by itself within a time. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Goes away, as {@code head} does. */
  void closeOutput() throws IOException {
    process.getInputStream().close();
  }

  /** SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // Process.destroy would close the streams
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  List<String> lines() {
    return lines;
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
